# belay:with files.sh
# Ends the staging of a release: unpacks what travelled, sets modes, checks every file against the manifest.
# $1 the app's path   $2 the release   $3 release.json without its opening brace and `when`   Input: a tar stream.
# Output: `wrong <path>`… and exit status 65 where a file is not what the manifest says; it is removed, so that staging
# again sends it; `full <bytes available>` and exit status 28 where the disk was too small.
set -eu
export LC_ALL=C
umask 022
folder=$1.belay/releases/$2
tree=$folder/tree
manifest=$folder/manifest.part
temp=$(mktemp -d "$folder/staging.XXXXXX")
trap 'rm -rf "$temp"' EXIT
trap 'exit 143' HUP INT TERM PIPE

# The host's clock for the files' times, and umask for their modes; the manifest's modes are set below.
status=0
tar -x -m -o -f - -C "$tree" --no-same-permissions 2>"$temp/errors" || status=$?
if [ "$status" -ne 0 ]; then
	head -n 5 "$temp/errors" >&2
	if grep -q 'No space left on device' "$temp/errors"; then
		echo "full $(df -Pk -- "$folder" | awk 'NR > 1 { printf "%.0f", $(NF - 2) * 1024 }')"
		exit 28
	fi
	exit "$status"
fi

cd -- "$tree"
find . -type d ! -perm 755 -exec chmod 755 {} +
for mode in 644 755; do
	# A file that is missing is told below.
	awk -v mode="$mode" '$1 == mode { print "./" substr($0, length($1) + length($2) + 68) }' "$manifest" | tr '\n' '\0' |
		xargs -0 -r chmod "$mode" -- 2>/dev/null || :
done

# What stage.sh checked in this very tree, by size and time; the content of everything else; every link's target:
# `<sha256> <name>`, `link <name>\t<target>`.
find . -type f -print0 | tr '\n\0' '\001\n' >"$temp/files"
awk '
	section == "checked" { digest[substr($0, length($1) + length($2) + 68)] = $3; next }
	$0 in digest { print digest[$0] " " substr($0, 3) >found; next }
	{ print }
' found="$temp/found" section=checked "$folder/checked" section=files "$temp/files" >"$temp/unchecked"
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

# A release that was staged before keeps its record.
if [ ! -e "$folder/release.json" ]; then
	printf '{"when":"%s",%s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$3" >"$temp/release.json"
	mv -- "$temp/release.json" "$folder/release.json"
fi
# For compare.sh: how each file was when its content was known.
states_here >"$temp/placed"
mv -- "$temp/placed" "$folder/placed"
rm -f -- "$folder/checked"
mv -- "$manifest" "$folder/manifest"
# Lists that attempts left when they were killed.
rm -rf -- "$folder"/staging.*
