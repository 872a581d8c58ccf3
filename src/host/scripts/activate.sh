# shellcheck shell=sh disable=SC2154 # backup of kept.sh, above and last of places.sh
# belay:with state.sh processes.sh places.sh kept.sh links.sh shared.sh as-user.sh rights.sh visitors.sh detour.sh swap.sh
# Makes the path lead to the release; the first time the directory that is there becomes a release itself. Every line may
# be the last one that runs: what was done is seen and not done again.
# Fields: path deployment release previous_kind previous keeper takes reloads deployment_json by_json; then the shared paths, an argument
# each. Where takes is `swap`, visitors ask for these very files meanwhile, and no start follows.
set -eu
fields "$1" path deployment release previous_kind previous keeper takes reloads deployment_json by_json
shift
base=$path.belay
op_state
backup_required "$own" "$deployment"
into_base "$path"
tree=releases/$release/tree
[ -d "./$tree" ] || die "the release is not staged: $base/$tree is not there; deploy again"

# note_links NAME…: where the shared ones lead that are links, or lie behind one, while the folder is still in its place.
note_links() {
	if [ -e "$backup/links" ] || [ ! -d "$above" ] || [ -L "$above" ]; then return 0; fi
	real=$(readlink -f -- "$path")
	for name; do
		target=$(readlink -f -- "$real/$name") || continue
		if [ "$target" = "$real/$name" ] || [ ! -e "$target" ]; then continue; fi
		printf '%s\t%s\t%s\n' "$name" "$(readlink -- "$real/$name" || echo -)" "$target"
	done | whole "$backup/links" 600
}

# record_adopted FOLDER
record_adopted() {
	mkdir -p -- "$1"
	chmod a+x -- ./releases "$1"
	record=$own/releases/$previous
	(umask 077 && mkdir -p -- "$record")
	printf '{"release": "%s", "when": "%s", "by": %s, "deployment": %s, "outcome": "adopted"}\n' \
		"$previous" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$by_json" "$deployment_json" >"$record/release.json"
}

adopt() {
	old=releases/$previous
	if [ -d "$above" ] && [ ! -L "$above" ]; then
		[ ! -e "$old/tree" ] || die "both $path and $base/releases/$previous/tree are there: expected one of them, look which is the right one"
		record_adopted "$old"
		mv -T -- "$above" "$old/tree"
		if [ -L "$old/tree" ]; then
			mv -T -- "$old/tree" "$above"
			die "$path became a link at this moment: expected the directory that was planned for; look who did that"
		fi
	fi
	if [ -d "$old/tree" ] && [ ! -L "$old/tree" ]; then return 0; fi
	die "neither $path nor $base/releases/$previous/tree is a directory: the files of the old version are missing"
}

# adopt_by_swap: the directory that is there and the link change places, so that the path leads somewhere at every moment. Where
# that cannot be had, adopt renames one after the other.
adopt_by_swap() {
	if [ -d "$above" ] && [ ! -L "$above" ] && [ ! -e ./swapped ]; then
		ln -sfn -- "$base/$tree" ./swapped
		if ! swap_names ./swapped "$above"; then
			rm -f -- ./swapped
			return 0
		fi
	fi
	if [ -d ./swapped ] && [ ! -L ./swapped ]; then
		record_adopted "releases/$previous"
		mv -T -- ./swapped "releases/$previous/tree"
	else
		rm -f -- ./swapped
	fi
}

# is_shared NAME: also by a link that leads to what is shared after it.
is_shared() {
	[ -e "./shared/$1" ] || [ -n "$(noted_link "$1" 3)" ]
}

# share NAME: its one place is base/shared, both trees lead there.
share() {
	case $previous_kind in
	adopt | release)
		move_to_shared "releases/$previous/tree" "$1"
		if is_shared "$1"; then link_to_shared "releases/$previous/tree" "$1" "$base/shared/$1"; fi
		;;
	esac
	if is_shared "$1"; then
		link_in "$tree" "$1" "$base/shared/$1"
	elif [ -L "./$tree/$1" ] && [ ! -e "./$tree/$1" ]; then
		(enter_below "$tree" && enter_above "$1" && rm -f -- "./$last")
	fi
}

if [ "$takes" = swap ]; then
	ask_as_visitors
	# What a start would note and lay down: stdin is the environment.
	(umask 077 && mkdir -p -- "$own/releases/$release")
	whole "$own/releases/$release/environment" 600
	printf '%s\n' "$keeper" | whole "$own/releases/$release/keeper" 600
fi
if [ "$previous_kind" = adopt ]; then
	note_links "$@"
	if [ "$takes" = swap ]; then adopt_by_swap; fi
	adopt
fi
for name; do share "$name"; done
switch_link "$base/$tree"
if [ -n "$reloads" ]; then renew_workers; fi
if [ -s "$backup/rights" ]; then
	user=$(kept "$backup/way-back" runs-as)
	lost=$(LC_ALL=C rights_lost "$user" "$path" <"$backup/rights") || lost=
	[ -z "$lost" ] || die "$user, as whom the app runs, could write there before and cannot any more (folder: make files in it; file: write to it; beside: make files beside it, as SQLite does):
$lost"
fi
echo "$path leads to $base/$tree"
