# shellcheck shell=sh disable=SC2034,SC2154 # boot of common.sh; keepers.sh reads pm2_program
# belay:with state.sh processes.sh places.sh as-user.sh backup.sh cron-lines.sh pm2.sh keepers.sh supervisor-program.sh start-again.sh manager.sh manager-systemd.sh manager-pm2.sh manager-unit.sh manager-before.sh rights.sh manager-program.sh
# Keeps what the way back needs, before anything is changed: a full disk must not be what makes it fail.
# Arguments: path number deployment, the new release's keeper's six, previous-kind previous-release bind-kind bind-where
# pm2-program, then eight for each thing that stops: role kind label and five that depend on the kind (stopArguments of
# src/activities/change/make-change.ts).
# Stdin: the files of the way back that the host can take by itself (recover.sh), each as `<name> <bytes>\n<text>`.
set -eu
path=$1 number=$2 deployment=$3
use_manager "$4" "$5" "$6" "$7" "$8" "$9"
shift 9
previous_kind=$1 previous=$2 bind_kind=$3 bind_where=$4 pm2_program=$5
shift 5
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
	keep "$stop" role "$1"
	keep "$stop" kind "$2"
	keep "$stop" label "$3"
	"keep_$2" "$stop" "$4" "$5" "$6" "$7" "$8"
}

keep_unit() {
	keep "$1" unit "$2"
	keep "$1" enabled "$(systemctl is-enabled "$2" 2>/dev/null || :)"
	keep "$1" state "$(systemctl show -p ActiveState --value "$2")"
	keep "$1" stays "$3"
	keep "$1" invocation "$(invocation_of "$2")"
	# Room for what start_staying writes there, in place.
	printf '%-40s\n' '' >"$1/again"
	file=$(systemctl show -p FragmentPath --value "$2")
	if [ -f "$file" ]; then cp -p -- "$file" "$1/unit-file"; fi
}

keep_pm2() {
	keep "$1" user "$2"
	keep "$1" home "$3"
	keep "$1" command "$4"
	keep "$1" id "$5"
	keep "$1" name "$6"
	if ! pm2_lives "$2" "$3"; then changed "$(kept "$1" label): its daemon ($3) no longer runs"; fi
	if pm2_entry "$1" keep "$5" "$6"; then
		for each in status definition.json saved.json; do keep "$1" "$each" "$(pm2_told "${each%.json}")"; done
	elif [ $? -eq 3 ]; then
		changed "$what"
	else
		die "$(kept "$1" label): $what"
	fi
}

keep_cron() {
	read_cron "$2" >"$1/crontab" 2>/dev/null || :
	line=$4
	# The plan does not hold a line with a secret: it is looked for by its digest.
	if [ -n "$5" ]; then line=$(cron_line_of "$5" "$3" <"$1/crontab"); fi
	if [ -z "$line" ] || ! grep -qxF -e "$line" "$1/crontab"; then changed "expected the line '$4' in $2"; fi
	keep "$1" source "$2"
	keep "$1" line "$3"
	keep "$1" text "$line"
	if [ "$6" = script ]; then
		# A command that does nothing, because 'then' needs one behind it.
		keep "$1" commented ": # belay $deployment: $line"
		put_off_in_copy "$2" "$3" "$line" "$1"
	else
		keep "$1" commented "# belay $deployment: $line"
	fi
	keep "$1" state 'in force'
}

# put_off_in_copy SCRIPT LINE TEXT STOP: what stays of a script has to be one still: see scripts_are_whole.
put_off_in_copy() {
	copy=$folder/scripts/$(printf %s "$1" | tr / _)
	if [ ! -f "$copy" ]; then
		mkdir -p -- "$folder/scripts"
		cp -- "$1" "$copy"
		scripts="$scripts$1
"
	fi
	AT=$2 FROM=$3 TO=$(kept "$4" commented) awk '{ print NR == ENVIRON["AT"] && $0 == ENVIRON["FROM"] ? ENVIRON["TO"] : $0 }' "$copy" >"$copy.new"
	mv -- "$copy.new" "$copy"
}

scripts_are_whole() {
	while read -r script; do
		[ -n "$script" ] || continue
		copy=$folder/scripts/$(printf %s "$script" | tr / _)
		shell="sh"
		case $(head -n 1 "$copy") in *bash*) shell=bash ;; esac
		wrong=$("$shell" -n "$copy" 2>&1) ||
			die "$script would make no sense without the lines that start the app ($wrong): take them out of it yourself, then plan again"
	done <<-END
		$scripts
	END
}

keep_none() {
	keep "$1" pid "$2"
	keep "$1" ticks "$3"
	keep "$1" boot "$4"
	if [ "$4" != "$boot" ] || ! alive "$2" "$3"; then
		[ "$(kept "$1" role)" != app ] || changed "$(kept "$1" label) is gone"
		echo "$(kept "$1" label) is gone by itself"
		return 0
	fi
	why=$(write_start_again "$2" "$1") ||
		die "$(kept "$1" label) could not be started again on the way back: $why. Nothing was changed; put it under a systemd unit or pm2 first"
	# Room for what start_again writes there, in place.
	printf '%-200s\n' '' >"$1/again"
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
"${manager}_back_up"
index=0
while [ $# -gt 0 ]; do
	keep_stop "$1" "$2" "$3" "$4" "$5" "$6" "$7" "$8"
	shift 8
	index=$((index + 1))
done
scripts_are_whole
if [ -n "$(listening "$bind_kind" "$bind_where")" ]; then keep "$folder" listens "$bind_kind $bind_where"; fi
# Given up by the first undo, so that a disk that is full then has room for a crontab and the like.
head -c 1048576 /dev/zero >"$folder/room"
keep "$folder" deployment "$deployment"
rm -rf -- "${own:?}/backup/$number"
mv -T -- "$folder" "$own/backup/$number"
echo "kept in $own/backup/$number"
