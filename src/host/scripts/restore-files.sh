# shellcheck shell=sh disable=SC2154 # backup of backup.sh
# belay:with processes.sh backup.sh links.sh
# The path as it was before activate. Arguments: path deployment release
set -eu
path=$1
base=$path.belay
backup_or_nothing "$base" "$2"
previous=$(kept "$backup" previous)

# unshare NAME: back into the adopted directory, which is to be as it was found.
unshare() {
	one=$base/shared/$1
	if [ ! -e "$one" ]; then return 0; fi
	if [ -L "$old/tree/$1" ]; then rm -- "$old/tree/$1"; fi
	if [ ! -e "$old/tree/$1" ]; then mv -T -- "$one" "$old/tree/$1"; fi
	rmdir -p -- "$(dirname -- "$one")" 2>/dev/null || :
}

case $(kept "$backup" previous-kind) in
release)
	target=$(kept "$backup" target)
	if [ "$(readlink -- "$path" || :)" != "$target" ]; then
		# Made beforehand: a full disk has no room for a new one.
		if [ "$(readlink -- "$base/link.back" || :)" = "$target" ]; then
			mv -T -- "$base/link.back" "$path"
		else
			switch_link "$base" "$path" "$target"
		fi
		echo "$path leads to $target again"
	fi
	;;
adopt)
	old=$base/releases/$previous
	if [ -d "$path" ] && [ ! -L "$path" ]; then
		echo "$path is the directory that it was"
	else
		[ -d "$old/tree" ] || die "expected the adopted directory at $old/tree, it is not there; nothing was deleted by belay, look for it"
		if [ -f "$backup/shared-moved" ]; then
			while IFS= read -r name; do unshare "$name"; done <"$backup/shared-moved"
		fi
		if [ -L "$path" ]; then rm -- "$path"; fi
		mv -T -- "$old/tree" "$path"
		echo "$path is the directory again that it was"
	fi
	rm -f -- "$old/release.json"
	if [ -d "$old" ]; then rmdir -- "$old"; fi
	;;
none)
	if [ -L "$path" ] && [ "$(readlink -- "$path")" = "$base/releases/$3/tree" ]; then
		rm -- "$path"
		echo "$path is gone again, as it was"
	fi
	;;
esac
