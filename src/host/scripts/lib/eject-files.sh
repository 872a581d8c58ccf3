# shellcheck shell=sh disable=SC2154 # backup of kept.sh, last and above of places.sh, base of the script that includes this
# What lies beside the releases and is linked into one: taken into its tree, and put back. What was taken stands in the backup's `ejected`,
# as `shared|deps NAME TARGET`, parted by tabs, before it is taken. Needs places.sh, links.sh, shared.sh and dependencies.sh; after into_base.

# links_of_tree TREE: the names in it that lead beside the releases, one a line.
links_of_tree() {
	find "./$1" -maxdepth 8 -type l 2>/dev/null | while IFS= read -r link; do
		case $(readlink -- "$link") in "$base/shared/"* | "$base/deps/"*) printf '%s\n' "${link#"./$1/"}" ;; esac
	done
}

# take_in TREE NAME: in the link's place what it leads to, where that is what belay put there.
take_in() {
	target=$(readlink -- "./$1/$2") || return 0
	target=${target#"$base/"}
	case $target in
	shared/"$2") kind=shared ;;
	deps/*/"$2") kind=deps ;;
	*) return 0 ;;
	esac
	printf '%s\t%s\t%s\n' "$kind" "$2" "$target" >>"$backup/ejected"
	if [ "$kind" = shared ]; then
		move_back "$1" "$2"
	else
		exchange "$target" "$1/$2" && relocated "$1/$2" "$path/$2" "$base/$target"
	fi
}

# put_out TREE KIND NAME TARGET: the undo.
put_out() {
	if [ "$2" = shared ]; then
		move_to_shared "$1" "$3"
	elif [ ! -L "./$1/$3" ] && [ -d "./$1/$3" ]; then
		exchange "$1/$3" "$4" && relocated "$4" "$base/$4" "$path/$3"
	fi
	if [ -e "./$4" ] || [ -L "./$4" ]; then link_in "$1" "$3" "$base/$4"; fi
}

# exchange FROM TO: both below here, and reached over no link; a link that is at TO gives way.
exchange() (
	enter_above "$1" || exit
	from=$last
	[ -d "./$from" ] && [ ! -L "./$from" ] || exit
	command exec 6<.
	base_again
	enter_above "$2" || exit
	if [ -L "./$last" ]; then rm -f -- "./$last"; fi
	[ ! -e "./$last" ] && mv -T -- "/proc/self/fd/6/$from" "./$last"
)

# relocated FOLDER NEW OLD: a venv's scripts name where it lies.
relocated() {
	[ -d "./$1/bin" ] || return 0
	(enter_below "$1/bin" && as_reader sh -c "$relocate" sh "$2" "$3")
}
