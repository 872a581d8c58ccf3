# belay:with release-record.sh kept-releases.sh active.sh places.sh log-since.sh
# shellcheck disable=SC2154 # failed_kept and the like of kept-releases.sh
# Removes a staged release, or sets it apart where it failed; and belay's folder where nothing else is in it: after a plan
# nothing is left behind.
# $1 the app's path   $2 the release   $3 `remove`, or `apart`   $4 the unit that kept it
# Output: `removed`, `apart <folder>`, `absent`, `kept <why>`; or `used`, then a line for each process that uses it.
set -eu
belay=$1.belay
folder=$belay/releases/$2
case $2 in
'' | .* | */*)
	echo "not a release: $2" >&2
	exit 64
	;;
esac

# keep_log: what it wrote, which the journal forgets one day. For root alone, as all of belay's folder.
keep_log() {
	if [ -f "$folder/entry" ]; then
		file=$(entry_value pm_out_log_path)
		from=0
		[ ! -s "$folder/log-from" ] || read -r from <"$folder/log-from"
		(umask 077 && log_since "$file" "$from" 500 >"$folder/log") 2>/dev/null || :
		return 0
	fi
	command -v journalctl >/dev/null || return 0
	since=$(stat -c %Y -- "$folder/manifest" 2>/dev/null) || return 0
	# The unit has the same name in every release.
	if [ -e "$folder/start" ]; then since=$(stat -c %Y -- "$folder/start"); else set -- "${1%.service}.rehearsal.service"; fi
	(umask 077 && journalctl -q -u "$1" -n 500 --no-pager --since "@$since" >"$folder/log") 2>/dev/null || :
}

if [ ! -d "$folder" ]; then
	echo absent
else
	live=$(readlink -f -- "$1" || :)
	case $live in
	"$(readlink -f -- "$folder")" | "$(readlink -f -- "$folder")"/*)
		echo 'kept it is live'
		exit 0
		;;
	esac
	# Staged by this deployment it is not: a release that served once is pruned, never unstaged.
	if grep -Eqs '"outcome" *: *"(active|previous|adopted)"' "$folder/release.json"; then
		echo 'kept it has served'
		exit 0
	fi
	in_use "$belay"
	if used "releases/$2"; then
		# A process whose folder is gone could not be started again by any later way back.
		[ "$3" != apart ] || set_outcome "$folder" failed || :
		echo used
		users_of "$belay" "releases/$2"
		exit 0
	fi
	if [ "$3" = apart ]; then keep_log "$4"; fi
	# A full disk may not even have room for the folder.
	if [ "$3" = apart ] && set_apart "$belay" "$2"; then
		echo "apart $belay/failed/$2"
		prune_failed "$belay"
	else
		rm -rf -- "$folder"
		echo removed
	fi
fi

if [ -d "$belay" ] && [ ! -e "$belay/owner" ]; then
	for each in releases shared deps journal backup; do
		[ ! -d "$belay/$each" ] || rmdir -- "$belay/$each" 2>/dev/null || :
	done
	rmdir -- "$belay" 2>/dev/null || :
fi
