# shellcheck shell=sh disable=SC2154 # owner_number and the like of common.sh
# belay:with processes.sh as-user.sh backup.sh release-record.sh kept-releases.sh armed.sh
# The point of no return: at boot the new release starts; records; prunes. Then belay.yml's hooks.after, in the new tree.
# Arguments: path number release previous unit keep user env-file, then the hooks.
set -eu
path=$1 number=$2 release=$3 previous=$4 unit=$5 keep=$6 user=$7 env_file=$8
shift 8
base=$path.belay
folder=$base/releases/$release

# The dead man's switch draws its number under the same lock: it comes before all of this, or not at all.
lock_owner "$base" || die "$base stayed locked for 10 s, nothing was committed"
read_owner "$base" || die "$base/owner makes no sense, nothing was committed: expected a line number=<digits>"
if [ "$owner_number" != "$number" ] || [ "$owner_state" != held ]; then
	die "number $owner_number was drawn by $owner_by meanwhile, nothing was committed"
fi
systemctl enable --quiet "$unit"
rm -f -- "$base/armed"
# Nobody takes the way back by himself any more: recover.sh knows a release that was committed by that.
backup_of "$base" "$owner_deployment"
[ -z "$backup" ] || rm -f -- "$backup/way-back/recover"
unlock_owner
disarm "$base" "$unit"
set_outcome "$folder" active
# What was adopted stays marked so: it is never pruned.
if [ -n "$previous" ] && [ "$(outcome_of "$base/releases/$previous")" != adopted ]; then
	set_outcome "$base/releases/$previous" previous
fi
rm -f -- "/etc/systemd/system/$unit.before" "$base/link.back"

for command; do
	printf '$ %s\n' "$command"
	in_release "$user" "$folder/tree" "$folder/environment" "$env_file" "$command" ||
		echo "the hook '$command' ended with exit status $?; the release stays"
done

prune_releases "$base" "$keep" "$release" "$previous"
