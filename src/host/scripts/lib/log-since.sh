# shellcheck shell=sh
# Needs places.sh.

# log_since FILE BEFORE LINES: the last lines that were written to a log after its first BEFORE bytes. Of its last megabyte
# at most: it may have grown by gigabytes, without the end of a line in them. Read as whom the folder of the log belongs to,
# who may have put a link there.
log_since() (
	if ! enter "${1%/*}" || ! fits_reading; then
		echo "$1 lies where others than its owner may put a link in its place: it is not read" >&2
		exit 1
	fi
	# Expanded by the shell that reads this.
	# shellcheck disable=SC2016
	as_owner sh -c '
		[ -f "$1" ] && size=$(stat -L -c %s -- "$1") || exit 0
		grown=$((size - $2))
		# One that was rotated since begins anew.
		[ "$grown" -ge 0 ] || grown=$size
		[ "$grown" -le 1048576 ] || grown=1048576
		tail -c "$grown" -- "$1" | head -c "$grown" | tail -n "$3"' sh "./${1##*/}" "$2" "$3"
)
