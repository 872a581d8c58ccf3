# shellcheck shell=sh

# log_since FILE BEFORE LINES: the last lines that were written to a log after its first BEFORE bytes. Of its last megabyte
# at most: it may have grown by gigabytes, without the end of a line in them.
log_since() {
	log_size=$(stat -L -c %s -- "$1") || return 0
	log_grown=$((log_size - $2))
	# One that was rotated since begins anew.
	[ "$log_grown" -ge 0 ] || log_grown=$log_size
	[ "$log_grown" -le 1048576 ] || log_grown=1048576
	tail -c "$log_grown" -- "$1" | head -c "$log_grown" | tail -n "$3"
}
