# shellcheck disable=SC2154 # variables of state.sh
# belay:with state.sh places.sh log-since.sh
# The end of what a release wrote since this deployment started it: so many lines at most, of 400 bytes.
# Fields: path; kind, `journal` or `file`; what, the unit or the file; from, within belay's own folder (state.sh): for a journal, a file
# written when the start began: its time is where the log begins, restarts included; for a file, one that holds the number of bytes
# that were there before, or nothing; lines
set -u
export LC_ALL=C
fields "$1" path kind what from lines
if ! state_of "$path"; then
	echo "$state_why" >&2
	exit 3
fi
case $from in '' | /*) ;; *) from=$own/$from ;; esac

journal() {
	# What the app wrote a moment ago may still be on its way; only root may wait for it.
	journalctl --sync 2>/dev/null || :
	# busybox's stat knows whole seconds only.
	if since=$(stat -c %.6Y "$from" 2>/dev/null || stat -c %Y "$from" 2>/dev/null); then
		set -- --since "@$since"
	else
		set -- "_SYSTEMD_INVOCATION_ID=$(systemctl show -p InvocationID --value "$what" 2>/dev/null)"
	fi
	journalctl -q -b -u "$what" -n "$lines" -o cat --no-pager "$@"
}

file() {
	case $what in /*) ;; *) what=$own/$what ;; esac
	[ -e "$what" ] || return 0
	before=0
	if [ -s "$from" ]; then read -r before <"$from"; fi
	log_since "$what" "$before" "$lines"
}

if [ "$kind" = journal ] && ! command -v journalctl >/dev/null; then
	echo 'no journalctl on the host' >&2
	exit 3
fi
"$kind" | cut -c 1-400
