# shellcheck shell=sh disable=SC2016,SC2154 # for the inner shell; above and last of places.sh, own of state.sh
# belay:with state.sh processes.sh places.sh
# Copies into the staged release what only the release before has of its assets: pages that visitors still have open ask for it. What that one
# was itself given so is left behind. Never hard links: a write through one name would change the way back.
# Fields: path release previous_kind previous; then the folders, an argument each.
set -eu
fields "$1" path release previous_kind previous
shift
op_state
into_base "$path"
tree=releases/$release/tree
record=$own/releases/$release
[ -d "./$tree" ] || die "the release is not staged: $path.belay/$tree is not there; deploy again"
most=20000

# As whom the new folder belongs to: what he can read of the old one, and nothing that is there already.
lacking='
	cd -- "$1" || exit 0
	while IFS= read -r name; do
		if [ -f "./$name" ] && [ ! -L "./$name" ] && [ ! -e "$2/$name" ] && [ ! -L "$2/$name" ]; then printf "%s\n" "$name"; fi
	done'
copy='
	cd -- "$1" || exit 0
	reflink=
	if cp --reflink=auto --help >/dev/null 2>&1; then reflink=--reflink=auto; fi
	while IFS= read -r name; do
		case $name in */*) mkdir -p -- "$2/${name%/*}" || continue ;; esac
		# shellcheck disable=SC2086
		[ -e "$2/$name" ] || [ -L "$2/$name" ] || cp -pP $reflink -- "./$name" "$2/$name"
	done'

# names_in FOLDER: of the release before, without those that it was given itself. Names in two lines are left out.
names_in() {
	given=$own/releases/${previous:-none}/carried
	[ -f "$given" ] || given=/dev/null
	FOLDER=$1/ awk -v most="$most" '
		section == "given" { if (index($0, ENVIRON["FOLDER"]) == 1) given[substr($0, length(ENVIRON["FOLDER"]) + 1)] = 1; next }
		!($0 in given) && ++names <= most' section=given "$given" section=found -
}

# carry FOLDER: its names are noted before they are there, so that one that is cut off leaves nothing that nobody knows of.
carry() (
	case $previous_kind in
	release) enter_below "releases/$previous/tree/$1" || exit 0 ;;
	*) { cd -P -- "$above" && enter_below "$1"; } 2>/dev/null || exit 0 ;;
	esac
	from=$PWD
	found=$(as_owner find . -type f ! -path '*
*' | sed 's|^\./||')
	readable=yes
	fits_reading || readable=
	base_again
	if ! enter_below "$tree" || ! enter_above "$1/." make; then
		die "$1 is, in the release, no folder: name in \`assets\` of belay.yml a folder of the release, reached over no link"
	fi
	if [ "$(stat -c %u .)" -eq 0 ] && [ "$(id -u)" -eq 0 ] && { [ -z "$readable" ] || ! roots_own "$from"; }; then
		die "$1 is root's in the release, and others than root can change it in the one before: give both to the same user"
	fi
	into=$PWD
	names=$(printf '%s\n' "$found" | names_in "$1" | as_owner sh -c "$lacking" sh "$from" "$into")
	[ -n "$names" ] || exit 0
	{
		[ ! -f "$record/carried" ] || cat "$record/carried"
		printf '%s\n' "$names" | sed "s|^|$1/|"
	} | sort -u | whole "$record/carried" 600
	printf '%s\n' "$names" | as_owner sh -c "$copy" sh "$from" "$into"
	echo "$(printf '%s\n' "$names" | wc -l) files of $1 stay reachable"
)

for folder; do carry "$folder"; done
