# shellcheck shell=sh disable=SC2034,SC2154 # what is read by others; pm2_program, the text of pm2-entry.cjs, set by them
# Talking to a pm2 daemon, over its own socket. Needs as-user.sh.

# pm2_lives HOME: whether a daemon answers there; pm2 itself would start one by looking.
pm2_lives() {
	[ -S "$1/rpc.sock" ] && [ -s "$1/pm2.pid" ] && kill -0 "$(cat -- "$1/pm2.pid")" 2>/dev/null
}

# pm2_ask HOME COMMAND OPERATION ARGUMENT…: runs pm2-entry.cjs, under the daemon's own node where one lives, else under
# the node beside pm2's COMMAND; sets what to what it says. Returns its exit status.
pm2_ask() {
	pm2_home=$1
	pm2_node=${2%/*}/node
	pm2_operation=$3
	shift 3
	if pm2_lives "$pm2_home"; then
		pm2_node=/proc/$(cat -- "$pm2_home/pm2.pid")/exe
	elif [ ! -x "$pm2_node" ]; then
		pm2_node=node
	fi
	what=$(printf '%s\n' "$pm2_program" | "$pm2_node" - "$pm2_operation" "$pm2_home" "$@" 2>&1)
}

# pm2_up USER HOME COMMAND: starts that user's daemon, which then keeps nothing yet. Not from here: it stays in its folder.
pm2_up() {
	(
		cd /
		as_user "$1" timeout 60 env -i HOME="$(home_of "$1")" USER="$1" PATH="$(dirname -- "$3"):$PATH" PM2_HOME="$2" \
			"$3" ping </dev/null
	) 2>&1
}
