# The end of a unit's log since this deployment started it: at most $3 lines of 400 bytes.
# $1 unit   $2 a file written when the start began: its time is where the log begins, restarts included   $3 lines
set -u
export LC_ALL=C
command -v journalctl >/dev/null || { echo 'no journalctl on the host' >&2; exit 3; }
# What the app wrote a moment ago may still be on its way; only root may wait for it.
journalctl --sync 2>/dev/null || :
# busybox's stat knows whole seconds only.
if since=$(stat -c %.6Y "$2" 2>/dev/null || stat -c %Y "$2" 2>/dev/null); then
	set -- "$1" "$3" --since "@$since"
else
	set -- "$1" "$3" "_SYSTEMD_INVOCATION_ID=$(systemctl show -p InvocationID --value "$1" 2>/dev/null)"
fi
unit=$1 lines=$2
shift 2
journalctl -q -b -u "$unit" -n "$lines" -o cat --no-pager "$@" | cut -c 1-400
