# shellcheck shell=sh disable=SC2034,SC2154 # what is read by others; pm2_program, the text of pm2-entry.cjs, set by them; newline, my_uid and uid
# belay:with trust.sh
# Talking to a pm2 daemon, over its own socket. A home of pm2's is its user's, with all that lies in it: whatever reads,
# runs or changes something there runs as that user, and nothing but text passes between root and him. pm2_up needs
# as-user.sh.

# pm2_lives USER HOME: whether a daemon of that user's serves that home; pm2 itself would start one by looking. Sets uid to the
# user's, and daemon to its /proc/PID. By what a process says of itself, but as whom it really runs: in the home the user
# may write what he likes.
pm2_lives() {
	daemon=
	pm2_uid "$1" || return 1
	pm2_whose=$uid
	for pm2_one in $(printf '%s\0' /proc/[0-9]*/cmdline | xargs -0 grep -alE '^PM2 v[^ ]*: God Daemon \(/' 2>/dev/null); do
		pm2_one=${pm2_one%/cmdline}
		real_uid "$pm2_one"
		[ "$uid" = "$pm2_whose" ] || continue
		# In a container it is another root.
		[ "$(stat -L -c %d:%i "$pm2_one/root/" 2>/dev/null)" = "$(stat -L -c %d:%i /)" ] || continue
		pm2_title=$({ tr '\0' '\n' <"$pm2_one/cmdline" | sed -n '1s/^PM2 v[^ ]*: God Daemon \((\/.*\)$/\1/p'; } 2>/dev/null)
		# A title has only the room of the command line that it replaces.
		case $pm2_title/$2\) in "("*/"${pm2_title#?}"*) ;; *) continue ;; esac
		daemon=$pm2_one
		return 0
	done
	uid=$pm2_whose
	return 1
}

# pm2_uid USER: sets uid; a user without a name is given by number.
pm2_uid() {
	uid=$(id -u -- "$1" 2>/dev/null) || case $1 in '' | *[!0-9]*) return 1 ;; *) uid=$1 ;; esac
}

# pm2_ask USER HOME COMMAND OPERATION ARGUMENT…: runs pm2-entry.cjs as USER, under the daemon's own node where one lives, else
# under the node beside pm2's COMMAND; sets what to what it says. Returns its exit status. On stdin what the operation is given.
pm2_ask() {
	pm2_lives "$1" "$2" || pm2_uid "$1" || {
		what="there is no user $1"
		return 1
	}
	pm2_node=${3%/*}/node
	if [ -n "$daemon" ]; then pm2_node=$(readlink "$daemon/exe" 2>/dev/null | sed 's/ (deleted)$//'); fi
	pm2_roots_own "$uid" "$pm2_node" "$3" "$2" || return 1
	pm2_home=$2 pm2_operation=$4
	shift 4
	# For the shell that runs as that user.
	# shellcheck disable=SC2016
	told_by as_uid "$uid" sh -c 'node=$1; [ -x "$node" ] || node=$2; [ -x "$node" ] || node=node; shift 2; exec "$node" -e "$@"' \
		sh "${daemon:+$daemon/exe}" "$pm2_node" "$pm2_program" -- "$pm2_operation" "$pm2_home" "$@"
}

# pm2_roots_own UID FILE…: whether nobody else could lead root elsewhere, where the pm2 is root's own.
pm2_roots_own() {
	if [ "$1" != 0 ] || [ "$my_uid" != 0 ]; then return 0; fi
	shift
	what=$(printf '%s\n' "$@" | strangers | told_strangers)
	[ -n "$what" ] || return 0
	what="root's pm2 is not asked, as others than root could change what that runs: $what"
	return 1
}

# told_by COMMAND…: sets what to what it prints, of which a user's program may print without end. Returns its exit status.
# Each answer of a daemon may take 90 s, and an operation wants some.
told_by() {
	belay_seconds=300
	what=$({
		belay_status=0
		"$@" 2>&1 || belay_status=$?
		printf '\n%s' "$belay_status"
	} | at_most 1048576)
	belay_seconds=
	pm2_status=$(printf '%s\n' "$what" | tail -n 1)
	what=$(printf '%s\n' "$what" | sed '$d')
	case $pm2_status in
	[0-9] | [0-9][0-9] | [0-9][0-9][0-9]) return "$pm2_status" ;;
	esac
	what='it says more than a megabyte'
	return 1
}

# pm2_told NAME: of the lines NAME=VALUE in what, that value.
pm2_told() {
	printf '%s\n' "$what" | sed -n "s/^$1=//p" | head -n 1
}

# pm2_up USER HOME COMMAND: starts that user's daemon, which then keeps nothing yet. Not from here: it stays in its folder.
pm2_up() {
	pm2_uid "$1" && pm2_roots_own "$uid" "${3%/*}/node" "$3" "$2" || return 1
	told_by pm2_ping "$@" </dev/null
}

# Not by as_uid, with whose process the daemon would end.
pm2_ping() (
	cd /
	as_user "$1" timeout 60 env -i HOME="$(home_of "$1")" USER="$1" PATH="$(dirname -- "$3"):$PATH" PM2_HOME="$2" "$3" ping
)
