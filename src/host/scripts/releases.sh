# belay:with facts.sh
# Which releases of an app a host has; changes nothing.
# $1 nonce: marks the sections   $2 the app's path   $3 belay's folder beside it
# Output: sections, as facts.sh prints them (`releases`; `release`, `failed` and `kilobytes` with a name each), and `end`.
# shellcheck disable=SC2034 # read by section of facts.sh
nonce=$1 path=$2 belay=$3

# each FOLDER NAME: the newest 100 within it; names begin with their time.
each() {
	for folder in "$1"/*/; do printf '%s\n' "$folder"; done | sort -r | head -n 100 | while IFS= read -r folder; do
		[ -d "$folder" ] || continue
		folder=${folder%/}
		section "$2" "${folder##*/}"
		head -c 4096 "$folder/release.json" 2>/dev/null
		section kilobytes "${folder##*/}"
		# A release may have very many files.
		timeout 20 du -sk -- "$folder" 2>/dev/null | cut -f 1
	done
}

section releases
real=$(readlink -f -- "$path")
printf 'real=%s\n' "$real"
if [ -f "${real%/tree}/replaced" ]; then printf 'replaced=%s\n' "$(head -n 1 "${real%/tree}/replaced")"; fi
each "$belay/releases" release
each "$belay/failed" failed
section end
