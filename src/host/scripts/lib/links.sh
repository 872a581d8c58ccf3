# shellcheck shell=sh disable=SC2154 # last and above of places.sh
# What a release's tree links to: what is shared, and dependencies. Needs places.sh.

# link_in TREE NAME TARGET: makes TREE/NAME, which lies below here, a link. An empty folder, or one with only git's placeholder
# in it, gives way; anything else is packed source, which would be hidden.
link_in() (
	if ! enter_below "$1" || ! enter_above "$2" make; then
		die "$2 lies, in the release, in something that is no folder: leave that out of the source (.belayignore), or $2 out of 'shared'"
	fi
	if [ -d "./$last" ] && [ ! -L "./$last" ] &&
		[ -z "$(find "./$last" -mindepth 1 ! -type d ! -name .gitkeep ! -name .keep ! -name .gitignore | head -n 1)" ]; then
		as_owner rm -rf -- "./$last"
	fi
	if [ -e "./$last" ] && [ ! -L "./$last" ]; then
		die "$2 is kept on the host beside the releases, but is part of the packed source as well: leave it out of the source (.belayignore), or out of 'shared'"
	fi
	as_owner ln -sfn -- "$3" "./$last"
)

# switch_link TARGET: makes the app's path a link, in one rename. After into_base.
switch_link() {
	ln -sfn -- "$1" ./link.tmp
	mv -T -- ./link.tmp "$above"
}

# links_into TREE FOLDER: the links at most three levels down in TREE that lead into FOLDER.
links_into() {
	if find "$1" -maxdepth 0 -lname x >/dev/null 2>&1; then
		find "$1" -maxdepth 3 -type l -lname "$2/*" 2>/dev/null
		return
	fi
	find "$1" -maxdepth 3 -type l 2>/dev/null | while IFS= read -r link; do
		case $(readlink -- "$link") in "$2"/*) printf '%s\n' "$link" ;; esac
	done
}
