# shellcheck shell=sh disable=SC2154 # belay_value is set by its name
# What backUp kept: backup/<number>/ of belay's own folder (state.sh), with stops/<nnn>/ for each thing that stops; one file a value.

# backup_of STATE DEPLOYMENT: sets backup to the newest one of this deployment, empty where there is none.
backup_of() {
	backup=
	backup_number=-1
	for backup_file in "$1"/backup/*/deployment; do
		backup_whose=
		[ ! -f "$backup_file" ] || IFS= read -r backup_whose <"$backup_file" || :
		if [ "$backup_whose" != "$2" ]; then continue; fi
		backup_file=${backup_file%/deployment}
		case ${backup_file##*/} in *[!0-9]*) continue ;; esac
		if [ "${backup_file##*/}" -gt "$backup_number" ]; then
			backup_number=${backup_file##*/}
			backup=$backup_file
		fi
	done
}

# backup_or_nothing STATE DEPLOYMENT: for an undo. Without a backup no step came as far as changing anything.
backup_or_nothing() {
	backup_of "$1" "$2"
	if [ -z "$backup" ]; then
		not_believed=
		[ ! -s "$1/not-believed" ] || IFS= read -r not_believed <"$1/not-believed"
		[ "$not_believed" != "$2" ] ||
			die "what an earlier belay kept for the way back of this deployment lay where others than root can put something else, so root does not go by it: put the old version back by hand, or deploy again"
		echo "nothing was backed up for this deployment, so nothing was changed"
		exit 0
	fi
	rm -f -- "$backup/room"
}

# backup_required STATE DEPLOYMENT: for a step forward.
backup_required() {
	backup_of "$1" "$2"
	[ -n "$backup" ] || die "there is no backup of this deployment under $1/backup: nothing is changed without one"
}

# kept FOLDER NAME: a value; empty where it was not kept. Without a fork, as it is asked for dozens of times.
kept() {
	[ -f "$1/$2" ] || return 0
	while IFS= read -r kept_line || [ -n "$kept_line" ]; do printf '%s\n' "$kept_line"; done <"$1/$2"
}

# keep FOLDER NAME VALUE
keep() {
	printf '%s\n' "$3" >"$1/$2"
}

# keep_fields FOLDER TEXT NAME…: keeps what a record says, under the same names.
keep_fields() {
	belay_kept_in=$1 belay_kept_of=$2
	shift 2
	fields_as belay_kept_ "$belay_kept_of" "$@"
	for belay_kept; do
		eval "belay_value=\$belay_kept_$belay_kept"
		keep "$belay_kept_in" "$belay_kept" "$belay_value"
	done
}

# invocation_of UNIT: another one each time that it is started; empty where it never was.
invocation_of() {
	systemctl show -p InvocationID --value "$1"
}
