# shellcheck shell=sh disable=SC2034,SC2154 # variables of state.sh, and for the scripts behind this one
# belay:with keepers.sh
# The release that serves, and what keeps it. Needs state.sh.

# find_active PATH: sets tree, record (what belay knows of it) and, as use_keeper does, what keeps it. Exit status 66 where it is
# not belay's.
find_active() {
	if ! state_of "$1"; then
		echo "$state_why" >&2
		exit 1
	fi
	tree=$(readlink -f -- "$1" 2>/dev/null || :)
	record_of "$tree"
	if [ -z "$record" ] || ! recorded_keeper "$record"; then
		echo "no release that belay started serves at $1" >&2
		exit 66
	fi
}
