# shellcheck shell=sh disable=SC2154 # fields
# The connections to an address that there are, or were until a minute ago: what serves there first, then who asked, one a line;
# before it `open` where they are in use. Nothing can be said of a unix socket's after its end.
# Fields: bind_kind bind_where
set -u
fields "$1" bind_kind bind_where
[ "$bind_kind" = port ] || exit 1
cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v port="$(printf ':%04X' "$bind_where")" '
	function at(text) { return substr(text, length(text) - 4) == port }
	$4 == "0A" { next }
	# Each is there twice, from both of its ends, until the one that was closed last forgets it.
	at($2) { print ($4 == "01" ? "open" : "past"), $2, $3 }
	at($3) { print ($4 == "01" ? "open" : "past"), $3, $2 }' | sort -u
