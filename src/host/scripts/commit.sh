# shellcheck shell=sh disable=SC2034,SC2154 # variables for and of keeper.sh, owner_number and the like of common.sh
# belay:with state.sh processes.sh as-user.sh env-file.sh places.sh kept.sh cron-lines.sh stops.sh release-record.sh kept-releases.sh armed.sh pm2.sh keepers.sh pm2-entry.cjs
# The point of no return: at boot the new release starts; records. Then belay.yml's hooks.after, in the new tree; prunes.
# Fields: path number release previous keeper watched keep user env_file resumed (the numbers of the stops that are in force again
# from now on, parted by blanks); then the hooks, an argument each.
set -eu
fields "$1" path number release previous keeper watched keep user env_file resumed
shift
use_keeper "$keeper"
op_state
record=$own/releases/$release
tree=$path.belay/releases/$release/tree

# The dead man's switch draws its number under the same lock: it comes before all of this, or not at all.
lock_owner "$own" || die "$own stayed locked for 10 s, nothing was committed"
read_owner "$own" || die "$own/owner makes no sense, nothing was committed: expected a line number=<digits>"
if [ "$owner_number" != "$number" ] || [ "$owner_state" != held ]; then
	die "number $owner_number was drawn by $owner_by meanwhile, nothing was committed"
fi
"${keeper_kind}_at_boot"
rm -f -- "$own/armed"
# Nobody takes the way back by himself any more: recover.sh knows a release that was committed by that.
backup_of "$own" "$owner_deployment"
[ -z "$backup" ] || rm -f -- "$backup/way-back/recover"
unlock_owner
disarm "$own" "$watched" || :
# Once for all that was enabled and disabled, while the rest is done; what starts at boot is on the disk already.
if command -v systemctl >/dev/null; then systemctl daemon-reload & fi
# What would start the keeper that goes on keeping the app was only put off.
for at in $resumed; do
	stop=$backup/stops/$at
	kind=$(kept "$stop" kind)
	("hold_$kind" "$stop" && "start_$kind" "$stop") || echo "$(kept "$stop" label) is not in force again; the release stays"
	rm -f -- "$stop/stopped"
done
set_outcome "$record" active
# What was adopted stays marked so: it is never pruned.
if [ -n "$previous" ] && [ "$(outcome_of "$own/releases/$previous")" != adopted ]; then
	set_outcome "$own/releases/$previous" previous
fi
# Where a rollback without a name goes: by their times alone, an adopted directory is younger than what replaced it.
if [ -n "$previous" ]; then printf '%s\n' "$previous" >"$record/replaced"; fi
in_own "$place.belay" rm -f ./link.back 2>/dev/null || :
"${keeper_kind}_forget"

# A hook may ask systemd.
[ $# -eq 0 ] || wait
for command; do
	printf '$ %s\n' "$command"
	in_release "$user" "$tree" "$record/environment" "$env_file" "$command" ||
		echo "the hook '$command' ended with exit status $?; the release stays"
done

prune_releases "$keep" "$release" "$previous"
wait
