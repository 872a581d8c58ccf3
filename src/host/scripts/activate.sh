# shellcheck shell=sh disable=SC2154 # backup of backup.sh
# belay:with processes.sh backup.sh links.sh
# Makes the path lead to the release; the first time the directory that is there becomes a release itself. Every line may
# be the last one that runs: what was done is seen and not done again.
# Arguments: path deployment release previous-kind previous deployment-as-JSON by-as-JSON, then the shared paths.
set -eu
path=$1 deployment=$2 release=$3 previous_kind=$4 previous=$5 deployment_json=$6 by_json=$7
shift 7
base=$path.belay
tree=$base/releases/$release/tree
backup_required "$base" "$deployment"
[ -d "$tree" ] || die "the release is not staged: $tree is not there; deploy again"

adopt() {
	old=$base/releases/$previous
	if [ -d "$path" ] && [ ! -L "$path" ]; then
		[ ! -e "$old/tree" ] || die "both $path and $old/tree are there: expected one of them, look which is the right one"
		mkdir -p -- "$old"
		chmod a+x -- "$base/releases" "$old"
		printf '{"release": "%s", "when": "%s", "by": %s, "deployment": %s, "outcome": "adopted"}\n' \
			"$previous" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$by_json" "$deployment_json" >"$old/release.json"
		mv -T -- "$path" "$old/tree"
	fi
	[ -d "$old/tree" ] || die "neither $path nor $old/tree is a directory: the files of the old version are missing"
}

# share NAME: its one place is base/shared, both trees lead there.
share() {
	one=$base/shared/$1
	old=
	case $previous_kind in
	adopt | release) old=$base/releases/$previous/tree/$1 ;;
	esac
	if [ ! -e "$one" ] && [ ! -L "$one" ] && [ -n "$old" ] && [ -e "$old" ]; then
		mkdir -p -- "$(dirname -- "$one")"
		chmod a+x -- "$base/shared"
		if [ -L "$old" ]; then
			# It lives elsewhere already, and stays there.
			ln -s -- "$(readlink -f -- "$old")" "$one"
		else
			# Written down first, so that the undo knows of a move that was cut off before its link.
			printf '%s\n' "$1" >>"$backup/shared-moved"
			mv -T -- "$old" "$one"
		fi
	fi
	if [ -e "$one" ] && [ -n "$old" ] && [ ! -e "$old" ] && grep -qxF -e "$1" "$backup/shared-moved" 2>/dev/null; then
		ln -sfn -- "$one" "$old"
	fi
	if [ -e "$one" ]; then
		link_in "$tree" "$1" "$one"
	elif [ -L "$tree/$1" ] && [ ! -e "$tree/$1" ]; then
		rm -f -- "$tree/$1"
	fi
}

if [ "$previous_kind" = adopt ]; then adopt; fi
for name; do share "$name"; done
switch_link "$base" "$path" "$tree"
echo "$path leads to $tree"
