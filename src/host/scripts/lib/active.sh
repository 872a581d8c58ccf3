# shellcheck shell=sh disable=SC2034,SC2154 # variables of state.sh, and for the scripts behind this one
# The release that serves, and what keeps it. Needs state.sh.

# find_active PATH: sets tree, record (what belay knows of it), and keeper: `systemd`, `pm2`, or of a kind that belay did not make, `unit` or
# `program`. Exit status 66 where it is not
# belay's.
find_active() {
	if ! state_of "$1"; then
		echo "$state_why" >&2
		exit 1
	fi
	tree=$(readlink -f -- "$1" 2>/dev/null || :)
	keeper=''
	record_of "$tree"
	if [ -n "$record" ]; then
		if [ -f "$record/keeper" ]; then keeper=$(keeper_value kind); elif [ -f "$record/entry" ]; then keeper=pm2; elif [ -f "$record/unit" ]; then keeper=systemd; fi
	fi
	if [ -z "$keeper" ]; then
		echo "no release that belay started serves at $1" >&2
		exit 66
	fi
}

# entry_value KEY: a text of pm2's entry in record, as belay wrote it: one key a line.
entry_value() {
	sed -n 's/^ *"'"$1"'": "\(.*\)",\{0,1\}$/\1/p' "$record/entry" | head -n 1
}

# keeper_value NAME: of a keeper that belay did not make: its name, and as whom it runs the app.
keeper_value() {
	sed -n "s/^$1=//p" "$record/keeper" | head -n 1
}

# user_of_release: as whom it runs.
user_of_release() {
	case $keeper in
	unit | program) keeper_value user ;;
	pm2) entry_value username ;;
	*) sed -n 's/^User=//p' "$record/unit" | head -n 1 ;;
	esac
}
