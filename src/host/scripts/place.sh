# shellcheck disable=SC2154 # variables of common.sh and state.sh
# belay:with state.sh files.sh owners.sh
# Ends the staging of a release: unpacks what travelled, sets modes, checks every file against the manifest.
# Fields: path release user about, which is release.json without its opening brace and `when`.
# Input: a tar stream.
# Output: `wrong <path>`… and exit status 65 where a file is not what the manifest says; it is removed, so that staging
# again sends it; `full <bytes available>` and exit status 28 where the disk was too small; 67, and why on stderr: belay's own
# folder, or that of the release, is not root's alone.
set -eu
export LC_ALL=C
umask 022
fields "$1" path release user about
if ! state_of "$path"; then
	cat >/dev/null
	echo "$state_why" >&2
	exit 67
fi
tree=$place.belay/releases/$release/tree
if ! in_own "$tree" true; then
	cat >/dev/null
	exit 67
fi
record=$own/releases/$release
manifest=$record/manifest.part
temp=$(mktemp -d "$record/staging.XXXXXX")
trap 'rm -rf "$temp"' EXIT
trap 'exit 143' HUP INT TERM PIPE

place_tree() {
	# The host's clock for the files' times, and umask for their modes; those that they are to have are set below.
	status=0
	tar -x -m -o -f - --no-same-permissions 2>"$temp/errors" || status=$?
	if [ "$status" -ne 0 ]; then
		head -n 5 "$temp/errors" >&2
		if grep -q 'No space left on device' "$temp/errors"; then
			echo "full $(df -Pk -- . | awk 'NR > 1 { printf "%.0f", $(NF - 2) * 1024 }')"
			exit 28
		fi
		exit "$status"
	fi

	# What stage.sh checked in this very tree, by size and time; the content of everything else; every link's target:
	# `<sha256> <name>`, `link <name>\t<target>`.
	find . -type f -print0 | tr '\n\0' '\001\n' >"$temp/files"
	awk '
		section == "checked" { digest[substr($0, length($1) + length($2) + 68)] = $3; next }
		$0 in digest { print digest[$0] " " substr($0, 3) >found; next }
		{ print }
	' found="$temp/found" section=checked "$record/checked" section=files "$temp/files" >"$temp/unchecked"
	{
		digests "$temp/sums" <"$temp/unchecked" | sed 's|^\(.\{64\}\)  \./|\1 |'
		links_here | sed 's/^/link /'
	} >>"$temp/found"
	awk '
		section == "found" { found[$0] = 1; next }
		{ name = substr($0, length($1) + length($2) + 68) }
		!((($1 == "link" ? "link" : $3) " " name) in found) { sub(/\t.*/, "", name); print "wrong " name }
	' section=found "$temp/found" section=manifest "$manifest" >"$temp/wrong"
	if [ -s "$temp/wrong" ]; then
		sed 's|^wrong |./|' "$temp/wrong" | tr '\n' '\0' | xargs -0 -r rm -rf --
		head -n 20 "$temp/wrong"
		exit 65
	fi

	as_live "$live" "$manifest" "$user"

	# A release that was staged before keeps its record.
	if [ ! -e "$record/release.json" ]; then
		printf '{"when":"%s",%s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$about" >"$temp/release.json"
		mv -- "$temp/release.json" "$record/release.json"
	fi
	# For compare.sh: how each file was when its content was known.
	states_here >"$temp/placed"
	mv -- "$temp/placed" "$record/placed"
	open_as_live "$live"
	rm -f -- "$record/checked"
	mv -- "$manifest" "$record/manifest"
	# Lists that attempts left when they were killed.
	rm -rf -- "$record"/staging.*
}

live=$(readlink -f -- "$path") || live=
in_own "$tree" place_tree
