# Removes a staged release, and belay's folder where nothing else is in it: after a plan nothing is left behind.
# $1 the app's path   $2 the release
# Output: `removed`, `absent`, or `kept <why>`.
set -eu
belay=$1.belay
folder=$belay/releases/$2
case $2 in
'' | .* | */*)
	echo "not a release: $2" >&2
	exit 64
	;;
esac

if [ ! -d "$folder" ]; then
	echo absent
else
	live=$(readlink -f -- "$1" || :)
	case $live in
	"$(readlink -f -- "$folder")" | "$(readlink -f -- "$folder")"/*)
		echo 'kept it is live'
		exit 0
		;;
	esac
	# Staged by this deployment it is not: a release that served once is pruned, never unstaged.
	if grep -Eqs '"outcome" *: *"(active|previous|adopted)"' "$folder/release.json"; then
		echo 'kept it has served'
		exit 0
	fi
	rm -rf -- "$folder"
	echo removed
fi

if [ -d "$belay" ] && [ ! -e "$belay/owner" ]; then
	for each in releases shared deps journal backup; do
		[ ! -d "$belay/$each" ] || rmdir -- "$belay/$each" 2>/dev/null || :
	done
	rmdir -- "$belay" 2>/dev/null || :
fi
