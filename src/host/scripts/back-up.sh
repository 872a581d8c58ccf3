# shellcheck shell=sh disable=SC2034,SC2154 # boot of common.sh
# belay:with state.sh processes.sh places.sh as-user.sh kept.sh cron-lines.sh pm2.sh stops.sh start-again.sh keepers.sh rights.sh pm2-entry.cjs
# Keeps what the way back needs, before anything is changed: a full disk must not be what makes it fail.
# Fields: path number deployment keeper previous_kind previous bind_kind bind_where; then a record of each thing that stops: role,
# kind, label and what its kind needs, as keep_<kind> reads it (src/activities/change/stops.ts).
# Stdin: the files of the way back that the host can take by itself (recover.sh), each as `<name> <bytes>\n<text>`.
set -eu
fields "$1" path number deployment keeper previous_kind previous bind_kind bind_where
shift
use_keeper "$keeper"
base=$path.belay
op_state
umask 077
boot_id

changed() {
	die "$*: the host changed since the plan, nothing was touched; make a new plan"
}

# Until it is whole it has a name that no undo looks at.
mkdir -p -- "$own/backup"
folder=$own/backup/.$number.new
rm -rf -- "$folder"
mkdir -- "$folder" "$folder/stops"
trap 'rm -rf -- "$folder"' EXIT

keep_path() {
	case $previous_kind in
	none)
		if [ -e "$path" ] || [ -L "$path" ]; then changed "expected nothing at $path"; fi
		;;
	adopt)
		if [ ! -d "$path" ] || [ -L "$path" ]; then changed "expected a directory at $path"; fi
		[ "$(stat -c %d -- "$path")" = "$(stat -c %d -- "$base")" ] ||
			die "$path is a file system of its own, so its directory cannot be renamed: let 'path' in belay.yml name a folder within it"
		;;
	release)
		target=$(readlink -- "$path") || target=
		[ "$target" = "$base/releases/$previous/tree" ] ||
			changed "expected $path to lead to $base/releases/$previous/tree, it leads to '$target'"
		keep "$folder" target "$target"
		in_own "$place.belay" ln -sfn -- "$target" ./link.back
		;;
	esac
	keep "$folder" previous-kind "$previous_kind"
	keep "$folder" previous "$previous"
}

keep_stop() {
	stop=$folder/stops/$(printf %03d "$index")
	mkdir -- "$stop"
	keep_fields "$stop" "$1" role kind label
	kind=$(kept "$stop" kind)
	"keep_$kind" "$stop" "$1"
}

keep_way_back() {
	mkdir -- "$folder/way-back"
	while read -r name bytes; do
		dd bs="$bytes" count=1 iflag=fullblock 2>/dev/null >"$folder/way-back/$name"
	done
	# Room for what recover.sh writes there, in place.
	printf '%-400s\n' '' >"$folder/way-back/drawn"
}

# keep_rights: of whom the app runs as, where a new release is to have the place.
keep_rights() {
	user=$(kept "$folder/way-back" runs-as)
	if [ -z "$user" ] || [ ! -d "$path" ] || ! id -u -- "$user" >/dev/null 2>&1; then return 0; fi
	rights_of "$user" "$path" >"$folder/rights" || :
}

scripts=
keep_path
keep_way_back
keep_rights
"${keeper_kind}_back_up"
index=0
for each; do
	keep_stop "$each"
	index=$((index + 1))
done
scripts_are_whole
if [ -n "$(listening "$bind_kind" "$bind_where")" ]; then keep "$folder" listens "$bind_kind $bind_where"; fi
# Given up by the first undo, so that a disk that is full then has room for a crontab and the like.
head -c 1048576 /dev/zero >"$folder/room"
start_ticks $$
keep "$folder" since "$ticks $boot"
keep "$folder" deployment "$deployment"
rm -rf -- "${own:?}/backup/$number"
mv -T -- "$folder" "$own/backup/$number"
echo "kept in $own/backup/$number"
