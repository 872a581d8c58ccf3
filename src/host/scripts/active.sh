# shellcheck shell=sh disable=SC2034 # variables for the scripts behind this one
# The release that serves, and what keeps it.

# find_active PATH: sets folder, tree, and keeper: `systemd` or `pm2`. Exit status 66 where it is not belay's.
find_active() {
	tree=$(readlink -f -- "$1" 2>/dev/null || :)
	folder=${tree%/tree}
	keeper=''
	case $tree in
	*.belay/releases/*/tree)
		if [ -f "$folder/entry" ]; then keeper=pm2; elif [ -f "$folder/unit" ]; then keeper=systemd; fi
		;;
	esac
	if [ -z "$keeper" ]; then
		echo "no release that belay started serves at $1" >&2
		exit 66
	fi
}

# entry_value KEY: a text of pm2's entry, as belay wrote it: one key a line.
entry_value() {
	sed -n 's/^ *"'"$1"'": "\(.*\)",\{0,1\}$/\1/p' "$folder/entry" | head -n 1
}

# user_of_release: as whom it runs.
user_of_release() {
	if [ "$keeper" = pm2 ]; then entry_value username; else sed -n 's/^User=//p' "$folder/unit" | head -n 1; fi
}
