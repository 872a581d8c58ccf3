# shellcheck shell=sh disable=SC2154 # variables of common.sh and state.sh
# belay:with state.sh
# Begins several ops of one number at once, each through the door: the first, and those that wait on the host until the one before them has
# ended well (`after` of door.sh), so that between two of them nobody far away is waited for. Follows the first alone.
# Fields: path number
# Stdin, each text as `<bytes>\n<text>`: the door; then of each op its fields, `<count>\n` and so many arguments, and what its door reads.
# Prints what the door prints of the first.
set -u
umask 077
fields "$1" path number

# take: the next text of stdin, into text. Fails where there is none any more; what was cut within the last one its door refuses.
take() {
	IFS= read -r bytes || return 1
	text=$(
		dd bs="$bytes" count=1 iflag=fullblock 2>/dev/null
		echo x
	)
	text=${text%x}
}

# begin_op COMMAND…: reads the next op and begins it in the background; its door runs under the command. Returns once the op is held by who
# runs it, so that another can wait for that, or its door has ended. Fails, and begins nothing, where it did not come whole.
begin_op() {
	take || return 1
	fields "$text" op
	set -- "$@" sh -c "$door" sh "$text"
	IFS= read -r count || return 1
	while [ "$count" -gt 0 ]; do
		take || return 1
		set -- "$@" "$text"
		count=$((count - 1))
	done
	take || return 1
	{ printf '%s' "$text" | "$@"; } &
	running=$own/journal/$number/$op/running
	until is_held "$running" || ! kill -0 "$!" 2>/dev/null; do sleep 0.01; done
}

is_held() {
	[ -e "$1" ] && ! flock -s -n "$1" true
}

# Whatever becomes of the connection: what begins later is nobody's to end but its own deployment's.
unheard() {
	exec setsid "$@" >/dev/null 2>&1
}

take || exit 1
door=$text
state_of "$path" || :
begin_op command || exit 1
first=$!
while begin_op unheard; do :; done
wait "$first"
