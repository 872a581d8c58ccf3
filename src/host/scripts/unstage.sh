# belay:with state.sh release-record.sh kept-releases.sh active.sh places.sh log-since.sh
# shellcheck disable=SC2154 # variables of state.sh, failed_kept and the like of kept-releases.sh
# Removes a staged release, or sets it apart where it failed; and belay's folders where nothing else is in them: after a plan
# nothing is left behind.
# Fields: path release apart, which is empty where it is to be removed, and unit, by which belay would keep it
# Output: `removed`, `apart <folder>`, `absent`, `kept <why>`; or `used`, then a line for each process that uses it.
set -eu
fields "$1" path release apart unit
case $release in
'' | .* | */*)
	echo "not a release: $release" >&2
	exit 64
	;;
esac
if ! state_of "$path"; then
	echo "$state_why" >&2
	exit 67
fi
belay=$place.belay
folder=$belay/releases/$release
record=$own/releases/$release

# keep_log: what it wrote, which the journal forgets one day. For root alone, as all of belay's own.
keep_log() {
	since=$(stat -c %Y -- "$record/manifest" 2>/dev/null) || since=0
	if recorded_keeper "$record"; then
		keeper_name=${keeper_name:-$unit}
		# The unit has the same name in every release.
		since=$(stat -c %Y -- "$record/keeper" 2>/dev/null || stat -c %Y -- "$record/start" 2>/dev/null) || :
	else
		use_keeper "kind=systemd
name=${unit%.service}.rehearsal.service"
	fi
	(umask 077 && "${keeper_kind}_last_log" "${since:-0}" 500 >"$record/log") 2>/dev/null || :
}

if [ ! -d "$folder" ]; then
	rm -rf -- "$record"
	echo absent
else
	live=$(readlink -f -- "$path" || :)
	case $live in
	"$folder" | "$folder"/*)
		echo 'kept it is live'
		exit 0
		;;
	esac
	# Staged by this deployment it is not: a release that served once is pruned, never unstaged.
	if grep -Eqs '"outcome" *: *"(active|previous|adopted)"' "$record/release.json"; then
		echo 'kept it has served'
		exit 0
	fi
	in_use
	if used "releases/$release"; then
		# A process whose folder is gone could not be started again by any later way back.
		[ -z "$apart" ] || set_outcome "$record" failed || :
		echo used
		users_of "releases/$release"
		exit 0
	fi
	[ -z "$apart" ] || keep_log
	# A full disk may not even have room for the folder.
	if [ -n "$apart" ] && set_apart "$release"; then
		echo "apart $belay/failed/$release"
		prune_failed
	else
		clear_away releases "$release"
		echo removed
	fi
fi

# rmdir goes by the whole name: of what was put there meanwhile it takes an empty folder at most.
if [ ! -e "$own/owner" ]; then
	for each in "$belay/releases" "$belay/shared" "$belay/deps" "$belay/failed" "$belay/journal" "$belay/backup" "$own/releases" "$own/failed"; do
		[ ! -d "$each" ] || [ -L "$each" ] || rmdir -- "$each" 2>/dev/null || :
	done
	if [ -d "$own" ] && [ ! -e "$own/releases" ]; then
		rm -f -- "$own/path" "$own/format"
		rmdir -- "$own" "$state_root" 2>/dev/null || :
	fi
	[ ! -d "$belay" ] || [ -L "$belay" ] || in_earlier test -e ./owner || rmdir -- "$belay" 2>/dev/null || :
fi
