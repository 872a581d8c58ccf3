# shellcheck shell=sh disable=SC2034,SC2154 # variables of common.sh, kept.sh, pm2.sh and the script that includes this
# belay:with pm2.sh
# An entry of pm2's.

# pm2_entry STOP OPERATION ARGUMENT…: asks the daemon that keeps it, given what it said of the entry when that was backed up.
pm2_entry() {
	pm2_stop=$1
	shift
	pm2_ask "$(kept "$pm2_stop" user)" "$(kept "$pm2_stop" home)" "$(kept "$pm2_stop" command)" "$@" <<-END
		$(kept "$pm2_stop" definition.json)
		$(kept "$pm2_stop" saved.json)
	END
}

# keep_pm2 STOP FIELDS: for back-up.sh and quiesce-since.sh.
keep_pm2() {
	keep_fields "$1" "$2" user home command id name
	fields "$2" user home id name
	if ! pm2_lives "$user" "$home"; then changed "$(kept "$1" label): its daemon ($home) no longer runs"; fi
	if pm2_entry "$1" keep "$id" "$name"; then
		for each in status definition.json saved.json; do keep "$1" "$each" "$(pm2_told "${each%.json}")"; done
	elif [ $? -eq 3 ]; then
		changed "$what"
	else
		die "$(kept "$1" label): $what"
	fi
}

stop_pm2() {
	if [ "$(kept "$1" status)" = absent ]; then
		said "$1" 'was gone already'
		return
	fi
	if pm2_lives "$(kept "$1" user)" "$(kept "$1" home)"; then
		pm2_entry "$1" stop || die "$(kept "$1" label): $what"
		said "$1" "$what"
	fi
	pm2_entry "$1" unsave || die "$(kept "$1" label): $what"
}

hold_pm2() {
	[ "$(kept "$1" status)" != absent ] || return 0
	pm2_entry "$1" resave || die "$(kept "$1" label): $what"
}

start_pm2() {
	[ "$(kept "$1" status)" != absent ] || return 0
	pm2_home=$(kept "$1" home)
	if ! pm2_lives "$(kept "$1" user)" "$pm2_home"; then
		pm2_up "$(kept "$1" user)" "$pm2_home" "$(kept "$1" command)" ||
			die "$(kept "$1" label): pm2's daemon of $pm2_home does not start: $what"
	fi
	pm2_entry "$1" start || die "$(kept "$1" label): $what"
	said "$1" "$what"
}

is_back_pm2() {
	fields_as back_ "$1" user home name id
	pm2_runs "$back_user" "$back_home" "$back_name-$back_id"
}

# pm2_runs USER HOME NAME-ID
pm2_runs() {
	pm2_lives "$1" "$2" && pm2_roots_own "$uid" "$2" || return 1
	# pm2 writes an entry's pid there, under its name with all that is no letter, digit, dot or dash as a dash.
	name=$(printf '%s' "$3" | sed 's/[^a-zA-Z0-9.-]/-/g')
	pid=$(as_uid "$uid" head -c 20 -- "$2/pids/$name.pid" 2>/dev/null | at_most 20)
	case $pid in '' | *[!0-9]*) return 1 ;; esac
	parent=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$pid/status" 2>/dev/null)
	[ "/proc/$parent" = "$daemon" ]
}

goes_on_pm2() {
	return 1
}

came_back_pm2() {
	pm2_runs "$(kept "$1" user)" "$(kept "$1" home)" "$(kept "$1" name)-$(kept "$1" id)"
}

stop_again_pm2() {
	pm2_entry "$1" stop || :
}
