# shellcheck shell=sh disable=SC2034,SC2154 # backup of kept.sh, above and last of places.sh; tree and user for dependencies.sh
# belay:with state.sh processes.sh places.sh kept.sh links.sh shared.sh as-user.sh owners.sh dependencies.sh eject-files.sh detour.sh swap.sh
# Makes the path a plain folder again, with the files of the release that serves, and in it what was shared and kept beside it. Every line
# may be the last one that runs: what was done is seen and not done again; restore-files.sh undoes it.
# Fields: path deployment release user takes; where takes is `swap`, visitors ask for these very files meanwhile
set -eu
fields "$1" path deployment release user takes
base=$path.belay
op_state
backup_required "$own" "$deployment"
into_base "$path"
old=releases/$release
if [ -L "$above" ] || [ ! -e "$above" ]; then
	[ -d "./$old/tree" ] || die "the release is not there: $base/$old/tree"
	keep "$backup" ejected-user "$user"
	: >>"$backup/ejected"
	names=$(links_of_tree "$old/tree")
	while IFS= read -r name; do
		if [ -n "$name" ]; then take_in "$old/tree" "$name"; fi
	done <<-END
		$names
	END
	if [ "$takes" = swap ] && [ -L "$above" ] && swap_names "./$old/tree" "$above"; then
		rm -f -- "./$old/tree"
	else
		if [ -L "$above" ]; then rm -- "$above"; fi
		mv -T -- "./$old/tree" "$above"
	fi
fi
[ ! -L "$above" ] || die "$path is a link: expected the folder that it was made; look who did that"
echo "$path is a folder, with the files of $release"
