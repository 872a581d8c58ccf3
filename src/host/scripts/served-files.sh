# shellcheck shell=sh disable=SC2016,SC2154 # for the inner shell; variables of state.sh
# belay:with state.sh processes.sh places.sh
# What of a release can be held against what nginx serves. Changes nothing.
# Fields: path release previous ejected; previous may be empty; then the folders of the release that nginx serves, an argument each; an
# empty one is all of it.
# Output: `leads <where path leads>`, then of files up to a megabyte `<changed|same> <size> <sha256> <name>`: whether the release before has
# another one, or none, in that place. Names in two lines are left out.
set -eu
export LC_ALL=C
fields "$1" path release previous ejected
shift
into_base "$path"
echo "leads $(readlink -- "$above" || echo .)"
tree=$path.belay/releases/$release/tree
[ -z "$ejected" ] || tree=$path
old=${previous:+$path.belay/releases/$previous/tree}
most=5000

# As whom the files belong to: root follows no link that somebody else put there.
list='
	cd -- "$1" || exit 0
	find "./$2" -type f -size -2048 ! -path "*
*" 2>/dev/null | head -n "$3" | tr "\n" "\0" | xargs -0 -r stat -c "size %s %n" -- 2>/dev/null
	find "./$2" -type f -size -2048 ! -path "*
*" 2>/dev/null | head -n "$3" | tr "\n" "\0" | xargs -0 -r sha256sum -- 2>/dev/null | sed "s/^/sum /"'

files_of() (
	cd -P -- "$1" 2>/dev/null || exit 0
	as_owner sh -c "$list" sh . "$2" "$most"
)

for folder; do
	{
		[ -z "$old" ] || files_of "$old" "$folder" | sed 's/^/old /'
		files_of "$tree" "$folder" | sed 's/^/new /'
	} | awk '
		{ name = $0; sub(/^(old|new) (size|sum) [^ ]+ +\.\//, "", name); sub(/^\/+/, "", name) }
		$1 == "old" && $2 == "sum" { before[name] = $3 }
		$1 == "new" && $2 == "size" { size[name] = $3 }
		$1 == "new" && $2 == "sum" && name in size { print (before[name] == $3 ? "same" : "changed"), size[name], $3, name }' |
		sort -s -k 1,1 | awk '$1 == "changed" && changed++ < 300 || $1 == "same" && same++ < 100'
done
