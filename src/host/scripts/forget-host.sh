# shellcheck shell=sh disable=SC2154 # own of state.sh, above of places.sh
# belay:with state.sh processes.sh places.sh
# Removes all that belay keeps for a path that is a plain folder again: its other releases, records, journal. Nobody may act there meanwhile.
# Fields: path number. Prints `left FOLDER` where something that was shared is linked from nowhere, and so was not taken in.
set -eu
fields "$1" path number
state_of "$path" || die "$state_why"
if [ -L "$path" ] || [ ! -d "$path" ]; then die "$path is no folder of its own: expected what eject made it"; fi
if [ -d "$own" ]; then
	command exec 6<"$own"
	flock -w 10 6 || die "$own stayed locked for 10 s"
	read_owner "$own" || die "$own/owner makes no sense: expected a line number=<digits>"
	if [ "$owner_number" != "$number" ] || [ "$owner_state" = held ]; then
		die "number $owner_number was drawn by $owner_by meanwhile: nothing was removed"
	fi
fi
if [ -d "$path.belay" ]; then
	into_base "$path"
	for each in releases failed deps state journal backup; do rm -rf -- "./$each"; done
	rm -f -- ./link.back ./link.tmp ./owner ./lock
	find ./shared -depth -type d -exec rmdir {} + 2>/dev/null || :
	if [ -e ./shared ]; then echo "left $path.belay/shared"; else rmdir -- "$above.belay" || echo "left $path.belay"; fi
fi
case $own in "$state_root"/?*)
	rm -rf -- "${own:?}"
	rmdir -- "$state_root" 2>/dev/null || :
	;;
esac
echo removed
