# shellcheck shell=sh
# What a release's tree links to: what is shared, and dependencies.

# link_in TREE NAME TARGET: makes TREE/NAME a link. An empty folder, or one with only git's placeholder in it, gives way;
# anything else is packed source, which would be hidden.
link_in() {
	at=$1/$2
	if [ -d "$at" ] && [ ! -L "$at" ] &&
		[ -z "$(find "$at" -mindepth 1 ! -type d ! -name .gitkeep ! -name .keep ! -name .gitignore | head -n 1)" ]; then
		rm -rf -- "$at"
	fi
	if [ -e "$at" ] && [ ! -L "$at" ]; then
		die "$2 is kept on the host beside the releases, but is part of the packed source as well: leave it out of the source (.belayignore), or out of 'shared'"
	fi
	mkdir -p -- "$(dirname -- "$at")"
	ln -sfn -- "$3" "$at"
}

# switch_link BASE PATH TARGET: makes PATH a link, in one rename.
switch_link() {
	ln -sfn -- "$3" "$1/link.tmp"
	mv -T -- "$1/link.tmp" "$2"
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
