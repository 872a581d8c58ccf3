# shellcheck shell=sh disable=SC2154 # variables of active.sh
# belay:with state.sh processes.sh places.sh active.sh
# The log of the release that serves: its last lines, and, where asked to follow, what comes until stdin ends.
# $1 the app's path   $2 its unit   $3 how many lines   $4 `follow` or nothing
set -u
find_active "$1"
unit=$2 lines=$3 follow=$4
[ "$keeper" != unit ] || unit=$(keeper_value name)

if [ "$keeper" = pm2 ]; then
	file=$(entry_value pm_out_log_path)
	# As whom the folder belongs to, who may have put a link there.
	if ! enter "${file%/*}" || ! fits_reading || ! as_owner test -r "./${file##*/}"; then
		die "$file, where pm2 writes the app's output, cannot be read"
	fi
	# By name, so that a rotated file is followed on.
	set -- as_owner tail -n "$lines" ${follow:+-F} -- "./${file##*/}"
elif [ "$keeper" = program ]; then
	# In bytes: as many as lines of a common length have.
	how=-$((lines * 200))
	[ -z "$follow" ] || how=-f
	set -- "$(keeper_value command)" -c "$(keeper_value config)" tail "$how" "$(keeper_value name)"
else
	command -v journalctl >/dev/null || die 'there is no journalctl'
	set -- journalctl -q -u "$unit" -n "$lines" -o short-iso --no-pager ${follow:+-f}
fi
if [ -z "$follow" ]; then
	"$@"
	exit
fi
"$@" &
printer=$!
# Nobody tells a program without a terminal that its reader left: the end of stdin does.
cat >/dev/null
family "$printer" | signal_all TERM
