# belay:with state.sh facts.sh facts-state.sh
# Which releases of an app a host has; changes nothing.
# Fields: nonce, which marks the sections, and path, the app's
# Output: sections, as facts.sh prints them (`releases`; `state`, `replaced` and the like of facts-state.sh; `release`, `failed`
# and `kilobytes` with a name each), and `end`.
# shellcheck disable=SC2034,SC2154 # read by facts.sh, and set by state.sh
fields "$1" nonce path

real=$(readlink -f -- "$path")

# tell_kept FOLDER NAME
tell_kept() {
	records "$1" | while IFS= read -r name; do
		section "$2" "$name"
		head -c 4096 "./$1/$name/release.json" 2>/dev/null
		section kilobytes "$name"
		# A release may have very many files.
		timeout 20 du -sk -- "$place.belay/$1/$name" 2>/dev/null | cut -f 1
	done
}

section releases
printf 'real=%s\n' "$real"
tell_state
tell_serving
for kind in 'releases release' 'failed failed'; do
	# shellcheck disable=SC2086 # two words
	within_state tell_kept $kind
	# shellcheck disable=SC2086
	in_earlier tell_kept $kind
done
section end
