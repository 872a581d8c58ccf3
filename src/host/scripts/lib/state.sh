# shellcheck shell=sh disable=SC2034,SC2154 # belay_state is the runner's, my_uid of root-path.sh; what the functions set is for the scripts behind this one
# Where belay keeps what it relies on itself (owner, lock, journal, backup, the way back as a program, what is armed, each
# release's record): for each path a folder of root's, because the folder that the path lies in is often the app user's own,
# who can rename what lies there. A path that is reached under several names has one folder.

# A constant, and no variable of the environment: nobody but belay says where this is.
state_root=/var/lib/belay
# What is written there; a belay that knows only lower numbers refuses it.
state_format=1

# place_of PATH: sets place to PATH, the links of its parent followed; what is not there has none.
place_of() {
	place_parent=$1
	place_rest=
	while :; do
		place_rest=/${place_parent##*/}$place_rest
		place_parent=${place_parent%/*}
		if [ -z "$place_parent" ] || [ -d "$place_parent" ]; then break; fi
	done
	place=$(cd -P -- "${place_parent:-/}" 2>/dev/null && printf '%s' "$PWD") || place=$place_parent
	place=${place%/}$place_rest
}

# roots_alone FOLDER…: whether all of them are folders, root's or of who runs this, in which nobody else can write. Else
# state_why says what was found.
roots_alone() {
	state_why=
	state_seen=$(stat -c '%f %u %n' -- "$@" 2>/dev/null) || :
	while read -r state_bits state_uid state_name; do
		case $state_bits in
		4???) ;;
		a???) state_why="$state_name is a link" ;;
		*) state_why="$state_name is no folder" ;;
		esac
		[ -z "$state_why" ] || return 1
		case $state_uid in
		0 | "$my_uid") ;;
		*) state_why="$state_name belongs to uid $state_uid" && return 1 ;;
		esac
		if [ $((0x$state_bits & 0x12)) -ne 0 ]; then
			state_why="others than root can write to $state_name"
			return 1
		fi
	done <<-END
		${state_seen:-0 0 "what lies above $1"}
	END
}

# state_of PATH: sets place, and own to the folder, which may not be there yet. Returns 1 where it cannot be believed:
# state_fault is then `damaged` or `newer`, state_why says what was found and what helps.
state_of() {
	state_fault='' state_why=''
	place_of "$1"
	if [ "$my_uid" -ne 0 ]; then
		# Without root, which only pm2 as the app's own user allows, all of it is that user's.
		own=$place.belay/state
		return 0
	fi
	own=$(printf '%s' "$place" | sha256sum)
	own=$state_root/${own%% *}
	set -- /
	state_at=
	state_rest=${own#/}/
	while [ -n "$state_rest" ]; do
		state_at=$state_at/${state_rest%%/*}
		state_rest=${state_rest#*/}
		if [ ! -e "$state_at" ] && [ ! -L "$state_at" ]; then break; fi
		set -- "$@" "$state_at"
	done
	if ! roots_alone "$@"; then
		state_fault=damaged
		state_why="$state_why: expected folders that are root's alone down to $own"
		return 1
	fi
	[ -d "$own" ] || return 0
	state_recorded='' state_known=''
	{ IFS= read -r state_known <"$own/format"; } 2>/dev/null || :
	{ IFS= read -r state_recorded <"$own/path"; } 2>/dev/null || :
	case $state_known in
	'' | *[!0-9]*)
		# One that was cut off as it was made has nothing in it.
		if [ ! -e "$own/format" ] && [ ! -e "$own/owner" ]; then return 0; fi
		state_fault=damaged
		state_why="$own/format makes no sense: expected the number $state_format, came '$state_known'"
		return 1
		;;
	esac
	if [ "$state_known" -gt "$state_format" ]; then
		state_fault=newer
		state_why="$own was written by a newer belay (format $state_known, this one knows $state_format): update belay (npm install -g belay@latest)"
		return 1
	fi
	if [ "$state_recorded" != "$place" ]; then
		state_fault=damaged
		state_why="$own/path says '$state_recorded': expected $place"
		return 1
	fi
}

# make_state: after state_of, makes the folder. Returns 1 where it cannot be made.
make_state() {
	[ ! -s "$own/format" ] || return 0
	(
		umask 022
		if [ "$my_uid" -eq 0 ]; then
			mkdir -p -- "${state_root%/*}"
		else
			mkdir -p -- "${place%/*}/"
			[ -d "$place.belay" ] || mkdir -m 711 -- "$place.belay"
		fi
		umask 077
		mkdir -p -- "$own"
	) && printf '%s\n' "$place" | whole "$own/path" 600 && printf '%s\n' "$state_format" | whole "$own/format" 600
}

# record_of TREE: sets record to the folder of what belay knows of the release with that tree, empty where it is none of the
# path's releases. After state_of.
record_of() {
	record=
	case $1 in
	"$place.belay/releases/"*/*/tree) ;;
	"$place.belay/releases/"*/tree)
		record=${1%/tree}
		record=$own/releases/${record##*/}
		;;
	esac
}

# op_state: for what runs through the door: sets own and place as the door found them.
op_state() {
	own=$belay_state
	IFS= read -r place <"$own/path"
	# Or what is started from here would have it too.
	unset belay_state
}

# in_own FOLDER COMMAND…: runs the command in a folder of belay's beside the path, given as it is without links. Nobody but
# root can exchange what lies in it then, so that names within it (`./start`) are what they were; by its whole name it could
# be another folder a moment later. Returns 77, and says why, where no such folder is there.
in_own() (
	if ! cd -P -- "$1" 2>/dev/null; then
		echo "$1 is not there" >&2
		exit 77
	fi
	if [ "$PWD" != "$1" ]; then
		echo "$1 leads to $PWD: expected a folder that no link leads to" >&2
		exit 77
	fi
	own_at=$1 own_dots=. own_list=.
	while case ${own_at##*/} in *.belay | '') false ;; esac do
		own_at=${own_at%/*} own_dots=$own_dots/..
		own_list="$own_list $own_dots"
	done
	# shellcheck disable=SC2086 # names of dots and slashes
	if ! roots_alone $own_list; then
		echo "$1 is not root's alone ($state_why)" >&2
		exit 77
	fi
	shift
	"$@"
)

# in_earlier COMMAND…: the same in what a belay that kept its own beside the path left there, as long as nothing was moved
# from there (migrate.sh).
in_earlier() {
	[ ! -e "$own/owner" ] && [ -d "$place.belay" ] && in_own "$place.belay" "$@" 2>/dev/null
}
