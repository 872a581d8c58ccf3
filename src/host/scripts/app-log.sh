# shellcheck shell=sh disable=SC2154 # variables of active.sh
# belay:with state.sh processes.sh places.sh active.sh
# The log of the release that serves: its last lines, and, where asked to follow, what comes until stdin ends.
# Fields: path unit lines follow, which is empty where it is not to be followed
set -u
fields "$1" path unit lines follow
find_active "$path"
keeper_name=${keeper_name:-$unit}
"${keeper_kind}_readable"
if [ -z "$follow" ]; then
	"${keeper_kind}_log" "$lines" ''
	exit
fi
"${keeper_kind}_log" "$lines" follow &
printer=$!
# Nobody tells a program without a terminal that its reader left: the end of stdin does.
cat >/dev/null
family "$printer" | signal_all TERM
