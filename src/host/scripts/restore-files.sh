# shellcheck shell=sh disable=SC2034,SC2154 # backup of kept.sh, above of places.sh; user for dependencies.sh
# belay:with state.sh processes.sh places.sh kept.sh links.sh shared.sh as-user.sh owners.sh dependencies.sh eject-files.sh visitors.sh detour.sh swap.sh
# The path as it was before activate. Fields: path deployment release takes reloads
set -eu
fields "$1" path deployment release takes reloads
base=$path.belay
op_state
backup_or_nothing "$own" "$deployment"
into_base "$path"
previous=$(kept "$backup" previous)
old=releases/$previous

# put_back_ejected: what eject.sh did.
put_back_ejected() {
	if [ -d "$above" ] && [ ! -L "$above" ]; then
		[ ! -e "./$old/tree" ] || die "both $path and $base/$old/tree are there: expected one of them, look which is the right one"
		mv -T -- "$above" "./$old/tree"
	fi
	user=$(kept "$backup" ejected-user)
	while IFS='	' read -r kind name target; do
		put_out "$old/tree" "$kind" "$name" "$target"
	done <"$backup/ejected"
}

[ "$takes" != swap ] || ask_as_visitors
rm -f -- ./swapped 2>/dev/null || :
case $(kept "$backup" previous-kind) in
release)
	if [ -f "$backup/ejected" ]; then put_back_ejected; fi
	target=$(kept "$backup" target)
	if [ "$(readlink -- "$above" || :)" != "$target" ]; then
		# Made beforehand: a full disk has no room for a new one.
		if [ "$(readlink -- ./link.back || :)" = "$target" ]; then
			mv -T -- ./link.back "$above"
		else
			switch_link "$target"
		fi
		echo "$path leads to $target again"
	fi
	;;
adopt)
	if [ -d "$above" ] && [ ! -L "$above" ]; then
		echo "$path is the directory that it was"
	else
		# It was exchanged with the link, and not put away yet.
		if [ -d ./swapped ] && [ ! -L ./swapped ]; then
			mkdir -p -- "$old"
			mv -T -- ./swapped "$old/tree"
		fi
		[ -d "$old/tree" ] || die "expected the adopted directory at $base/releases/$previous/tree, it is not there; nothing was deleted by belay, look for it"
		if [ -f "$backup/shared-moved" ]; then
			while IFS= read -r name; do move_back "$old/tree" "$name"; done <"$backup/shared-moved"
		fi
		if [ -s "$backup/links" ]; then
			while IFS='	' read -r name link _; do
				[ "$link" = - ] || link_back "$old/tree" "$name" "$link"
			done <"$backup/links"
		fi
		if [ "$takes" = swap ] && [ -L "$above" ] && swap_names "$old/tree" "$above"; then
			rm -f -- "$old/tree"
		else
			if [ -L "$above" ]; then rm -- "$above"; fi
			mv -T -- "$old/tree" "$above"
		fi
		echo "$path is the directory again that it was"
	fi
	if [ -L "$old/tree" ]; then rm -- "$old/tree"; fi
	rm -rf -- "${own:?}/releases/$previous"
	if [ -d "$old" ]; then rmdir -- "$old"; fi
	rights_back
	;;
none)
	if [ -L "$above" ] && [ "$(readlink -- "$above")" = "$base/releases/$release/tree" ]; then
		rm -- "$above"
		echo "$path is gone again, as it was"
	fi
	;;
esac
if [ -n "$reloads" ]; then renew_workers; fi
