# shellcheck shell=sh disable=SC2154 # way of places.sh, said and the like of stops.sh, deployment marks of kept.sh
# supervisord as the keeper of what served before: one program of it, stopped and started by its name; whether it starts
# with supervisord is changed in its own section of the configuration, and nowhere else.

# program_ctl STOP ARGUMENT…: sets what to what supervisorctl says; its exit status tells too little, in old versions.
program_ctl() {
	belay_stop=$1
	shift
	what=$(timeout 90 "$(kept "$belay_stop" command)" -c "$(kept "$belay_stop" config)" "$@" </dev/null 2>&1) || :
}

# program_state STOP: sets state: RUNNING, STOPPED …; unknown where supervisord does not answer.
program_state() {
	program_ctl "$1" status "$(kept "$1" name)"
	state=$(printf '%s\n' "$what" | NAME=$(kept "$1" name) awk '$1 == ENVIRON["NAME"] { print $2; exit }')
	state=${state:-unknown}
}

# program_at_boot STOP stop|hold: keeps it from starting with supervisord, or undoes just that. What is there now is the
# rest of the file, whoever changed it since. Fails where the section is gone.
program_at_boot() (
	# Written as whom its folder belongs to, who may have put a link there; made where only root writes.
	straight "$(kept "$1" file)" && enter "${way%/*}" && fits_reading || return 1
	file=./${way##*/}
	[ -f "$file" ] || return 1
	as_owner cat -- "$file" >"$1/config-before"
	SECTION="[$(kept "$1" section)]" MARK=$(kept "$1" mark) awk -v verb="$2" '
		function name(line) { sub(/[ \t]*;.*$/, "", line); gsub(/[ \t\r]+$/, "", line); return line }
		/^\[/ { inside = name($0) == ENVIRON["SECTION"] }
		inside && $0 == "autostart=false ; " ENVIRON["MARK"] { next }
		inside && index($0, "; " ENVIRON["MARK"] ": ") == 1 { $0 = substr($0, length(ENVIRON["MARK"]) + 5) }
		inside && verb == "stop" && /^autostart[ \t]*[=:]/ { $0 = "; " ENVIRON["MARK"] ": " $0 }
		{ print }
		inside && /^\[/ {
			found = 1
			if (verb == "stop") print "autostart=false ; " ENVIRON["MARK"]
		}
		END { exit !found }' "$1/config-before" >"$1/config-after" || return 1
	# Expanded by the shell that reads this.
	# shellcheck disable=SC2016
	cmp -s -- "$1/config-before" "$1/config-after" ||
		as_owner sh -c 'cp -p -- "$1" "$1.belay" && cat >"$1.belay" && mv -- "$1.belay" "$1"' sh "$file" <"$1/config-after"
)

keep_supervisor() {
	keep_fields "$1" "$2" config command name file section
	belay_file=$(kept "$1" file)
	section=[$(kept "$1" section)]
	keep "$1" mark "belay $deployment"
	program_state "$1"
	[ "$state" != unknown ] || changed "$(kept "$1" label): supervisorctl says: $what"
	keep "$1" state "$state"
	cp -p -- "$belay_file" "$1/config-file"
	grep -qF -e "$section" "$belay_file" || changed "expected $section in $belay_file"
}

# --- one that goes on keeping the app: nothing of its section is changed

keep_program() {
	keep_fields "$1" "$2" config command name
	program_state "$1"
	[ "$state" != unknown ] || changed "$(kept "$1" label): supervisorctl says: $what"
	keep "$1" state "$state"
	keep "$1" main "$(main_of_program "$1")"
	# Room for what start_program writes there, in place.
	printf '%-60s\n' '' >"$1/again"
}

# main_of_program STOP: `pid ticks boot` of its first process; empty where none runs.
main_of_program() {
	boot_id
	program_ctl "$1" pid "$(kept "$1" name)"
	case $what in '' | 0 | *[!0-9]*) return 0 ;; esac
	start_ticks "$what"
	[ -z "$ticks" ] || printf '%s %s %s\n' "$what" "$ticks" "$boot"
}

stop_program() {
	end_program "$1" 'does not run' stopped
}

# end_program STOP IDLE DONE: stops it; IDLE and DONE are what is said where it did not run, and where it did.
end_program() {
	program_state "$1"
	case $state in
	STOPPED | EXITED | FATAL)
		said "$1" "$2"
		return
		;;
	esac
	program_ctl "$1" stop "$(kept "$1" name)"
	told=$what
	program_state "$1"
	case $state in
	STOPPED | EXITED | FATAL) said "$1" "$3" ;;
	*) die "$(kept "$1" label): is $state after supervisorctl stop, which said: $told" ;;
	esac
}

hold_program() { :; }

# It has to be started since the old files are back; what the backup saw, or this did before, is left alone.
start_program() {
	now=$(main_of_program "$1")
	again=
	read -r again <"$1/again" || :
	case $now in "$(kept "$1" main)" | "${again:-none}") [ -z "$now" ] || return 0 ;; esac
	case $(kept "$1" state) in
	RUNNING | STARTING | BACKOFF) verb=restart ;;
	*) verb=stop ;;
	esac
	program_ctl "$1" "$verb" "$(kept "$1" name)"
	told=$what
	[ "$verb" = restart ] || return 0
	program_state "$1"
	case $state in
	RUNNING | STARTING) said "$1" 'started again' ;;
	*) [ "$(kept "$1" state)" = BACKOFF ] || die "$(kept "$1" label): does not start again: $told" ;;
	esac
	main_of_program "$1" 1<>"$1/again"
}

stop_supervisor() {
	program_at_boot "$1" stop || die "$(kept "$1" label): $(kept "$1" file) no longer has [$(kept "$1" section)]"
	end_program "$1" 'does not run; kept from starting with supervisord' 'stopped; kept from starting with supervisord'
}

hold_supervisor() {
	program_at_boot "$1" hold ||
		said "$1" "left alone: $(kept "$1" file) no longer has [$(kept "$1" section)]; it was as $1/config-file"
}

start_supervisor() {
	case $(kept "$1" state) in
	RUNNING | STARTING | BACKOFF) ;;
	*) return 0 ;;
	esac
	program_state "$1"
	case $state in RUNNING | STARTING) return 0 ;; esac
	program_ctl "$1" start "$(kept "$1" name)"
	told=$what
	program_state "$1"
	case $state in
	RUNNING | STARTING) said "$1" 'started again' ;;
	*)
		# It kept failing before, and may do so again.
		[ "$(kept "$1" state)" = BACKOFF ] || die "$(kept "$1" label): does not start again: $told"
		;;
	esac
}

is_back_supervisor() {
	fields_as back_ "$1" config command name
	program_runs "$back_config" "$back_command" "$back_name"
}

# program_runs CONFIG COMMAND NAME: the exit status of supervisorctl tells too little, in old versions.
program_runs() {
	timeout 10 "$2" -c "$1" status "$3" </dev/null 2>/dev/null |
		NAME=$3 awk '$1 == ENVIRON["NAME"] && $2 ~ /^(RUNNING|STARTING|BACKOFF)$/ { back = 1 } END { exit !back }'
}

goes_on_supervisor() {
	return 1
}

came_back_supervisor() {
	program_runs "$(kept "$1" config)" "$(kept "$1" command)" "$(kept "$1" name)"
}

stop_again_supervisor() {
	program_ctl "$1" stop "$(kept "$1" name)"
}

goes_on_program() {
	return 1
}

came_back_program() {
	return 1
}
