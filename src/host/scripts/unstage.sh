# belay:with state.sh release-record.sh kept-releases.sh active.sh places.sh log-since.sh
# shellcheck disable=SC2154 # variables of state.sh, failed_kept and the like of kept-releases.sh
# Removes a staged release, or sets it apart where it failed; and belay's folders where nothing else is in them: after a plan
# nothing is left behind.
# $1 the app's path   $2 the release   $3 `remove`, or `apart`   $4 the unit that kept it
# Output: `removed`, `apart <folder>`, `absent`, `kept <why>`; or `used`, then a line for each process that uses it.
set -eu
case $2 in
'' | .* | */*)
	echo "not a release: $2" >&2
	exit 64
	;;
esac
if ! state_of "$1"; then
	echo "$state_why" >&2
	exit 67
fi
belay=$place.belay
folder=$belay/releases/$2
record=$own/releases/$2

# keep_log: what it wrote, which the journal forgets one day. For root alone, as all of belay's own.
keep_log() {
	if [ -f "$record/keeper" ]; then
		set -- "$(keeper_value name)"
	elif [ -f "$record/entry" ]; then
		file=$(entry_value pm_out_log_path)
		from=0
		[ ! -s "$record/log-from" ] || read -r from <"$record/log-from"
		(umask 077 && log_since "$file" "$from" 500 >"$record/log") 2>/dev/null || :
		return 0
	fi
	command -v journalctl >/dev/null || return 0
	since=$(stat -c %Y -- "$record/manifest" 2>/dev/null) || return 0
	# The unit has the same name in every release.
	if [ -e "$record/keeper" ]; then
		since=$(stat -c %Y -- "$record/keeper")
	elif [ -e "$record/start" ]; then
		since=$(stat -c %Y -- "$record/start")
	else
		set -- "${1%.service}.rehearsal.service"
	fi
	(umask 077 && journalctl -q -u "$1" -n 500 --no-pager --since "@$since" >"$record/log") 2>/dev/null || :
}

if [ ! -d "$folder" ]; then
	rm -rf -- "$record"
	echo absent
else
	live=$(readlink -f -- "$1" || :)
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
	if used "releases/$2"; then
		# A process whose folder is gone could not be started again by any later way back.
		[ "$3" != apart ] || set_outcome "$record" failed || :
		echo used
		users_of "releases/$2"
		exit 0
	fi
	if [ "$3" = apart ]; then keep_log "$4"; fi
	# A full disk may not even have room for the folder.
	if [ "$3" = apart ] && set_apart "$2"; then
		echo "apart $belay/failed/$2"
		prune_failed
	else
		clear_away releases "$2"
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
