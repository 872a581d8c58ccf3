# shellcheck shell=sh disable=SC2034,SC2154 # variables of keeper.sh, and of the script that includes this
# Somebody's own program of supervisord's, or a group of them, as the keeper of a release: $keeper_name as supervisorctl knows it. Nothing of
# its section is changed. $keeper_config is supervisord's configuration, $keeper_command supervisorctl. See keeper.sh; needs processes.sh.

# program_lines: of supervisorctl's status those of the program, `<name> <state> <pid or nothing>`.
program_lines() {
	timeout 20 "$keeper_command" -c "$keeper_config" status </dev/null 2>/dev/null | KEEPER=$keeper_name awk '
		BEGIN { group = ENVIRON["KEEPER"] ":" }
		$1 == ENVIRON["KEEPER"] || index($1, group) == 1 {
			pid = $3 == "pid" ? $4 + 0 : ""
			print $1, $2, pid
		}'
}

# program_tell VERB: supervisorctl VERB, of each of its names. Its exit status tells too little, in old versions.
program_tell() {
	names=$(program_lines | cut -d ' ' -f 1)
	[ -n "$names" ] || die "supervisord knows no program $keeper_name"
	# shellcheck disable=SC2086 # names of programs have no blanks
	timeout 90 "$keeper_command" -c "$keeper_config" "$1" $names </dev/null 2>&1 || :
}

# program_mains: `pid ticks` of each first process.
program_mains() {
	program_lines | while read -r _ _ pid; do
		[ -n "$pid" ] || continue
		start_ticks "$pid"
		[ -z "$ticks" ] || printf '%s %s\n' "$pid" "$ticks"
	done
}

program_pids() {
	program_mains | while read -r pid _; do family "$pid" | cut -d ' ' -f 1; done
}

# What launch noted is what runs still, unless supervisord had to start it again since.
program_facts() {
	mains=$(program_mains)
	printf 'keeper states=%s\n' "$(program_lines | cut -d ' ' -f 2 | sort -u | tr '\n' ' ')"
	printf 'keeper pids=%s\n' "$(printf '%s\n' "$mains" | cut -d ' ' -f 1 | tr '\n' ' ')"
	printf 'keeper ticks=%s\n' "$(printf '%s\n' "$mains" | cut -d ' ' -f 2 | sort -n | head -n 1)"
	if [ -z "${record-}" ] && state_of "${tree%.belay/releases/*}"; then
		noted=${tree%/tree}
		record=$own/releases/${noted##*/}
	fi
	noted=${record-}/program-began
	if [ -f "$noted" ] && [ "$(sort "$noted")" != "$(printf '%s\n' "$mains" | sort)" ]; then echo 'keeper restarts=1'; fi
}

program_place() {
	part "$record/env-file.sh" 600
	rm -f -- "$record/program-began"
}

# Whatever of it runs, as where somebody started it meanwhile, has the old files open.
program_launch() {
	told=$(program_tell restart)
	program_mains >"$record/program-began"
	[ -s "$record/program-began" ]
}

program_ended() {
	states=$(program_lines | cut -d ' ' -f 2 | sort -u | tr '\n' ' ')
	case " $states" in
	*' FATAL '* | *' EXITED '* | *' STOPPED '* | *' BACKOFF '*) echo "is ${states% }" ;;
	*) return 1 ;;
	esac
}

program_main() {
	program_mains | head -n 1 | cut -d ' ' -f 1
}

program_tell_log() {
	printf '%s\n' "${told-}"
	for name in $(program_lines | cut -d ' ' -f 1); do
		for stream in stdout stderr; do
			timeout 10 "$keeper_command" -c "$keeper_config" tail -2000 "$name" "$stream" </dev/null 2>/dev/null | tail -n 20
		done
	done
}

program_back_up() {
	program_mains >"$folder/program-ran"
	[ -n "$(program_lines)" ] || changed "expected supervisord to know the program $keeper_name"
}

# Whether it was started since the backup.
program_owned() {
	[ "$(program_mains | sort)" != "$(sort "$backup/program-ran")" ]
}

program_hold() { :; }

program_remove() {
	program_tell stop
}

program_at_boot() { :; }

program_forget() { :; }

program_readable() { :; }

# In bytes: as many as lines of a common length have.
program_log() {
	how=-$(($1 * 200))
	[ -z "$2" ] || how=-f
	"$keeper_command" -c "$keeper_config" tail "$how" "$keeper_name"
}

program_last_log() { :; }
