# shellcheck shell=sh disable=SC2154 # variables of common.sh, kept.sh and cron-lines.sh
# belay:with stop-entry.sh
# Stopping through the keeper, and bringing back just as it was. Everything is read from what backUp kept, so that it
# works without memory, twice, and where only half was done. Needs pm2.sh.

# said STOP WHAT: one line of the step's output, which the activity reads.
said() {
	printf '* %s: %s\n' "$(kept "$1" label)" "$2"
}

# each_stop ROLE VERB: runs VERB_<kind> with every kept stop of that role; what keeps a process comes before bare
# processes, which it would start again. What is stopped and runs all the same has come back: stop-new.sh sees to that.
each_stop() {
	for kind in cron unit pm2 entry supervisor program none; do
		for stop in "$backup"/stops/*; do
			if [ "$(kept "$stop" role)" = "$1" ] && [ "$(kept "$stop" kind)" = "$kind" ]; then
				"$2_$kind" "$stop"
				case $2 in
				stop) : >"$stop/stopped" ;;
				start) rm -f -- "$stop/stopped" ;;
				esac
			fi
		done
	done
}

# pm2_entry STOP OPERATION ARGUMENT…: asks the daemon that keeps it, given what it said of the entry when that was backed up.
pm2_entry() {
	pm2_stop=$1
	shift
	pm2_ask "$(kept "$pm2_stop" user)" "$(kept "$pm2_stop" home)" "$(kept "$pm2_stop" command)" "$@" <<-END
		$(kept "$pm2_stop" definition.json)
		$(kept "$pm2_stop" saved.json)
	END
}

# --- stop_<kind> STOP: what is stopped already is fine

stop_cron() {
	swap_cron_line "$(kept "$1" source)" "$(kept "$1" line)" "$(kept "$1" text)" "$(kept "$1" commented)"
	case $swapped in
	yes) said "$1" 'commented out' ;;
	already) said "$1" 'is commented out already' ;;
	*) die "$(kept "$1" label): the line changed since the backup; expected in $(kept "$1" source): $(kept "$1" text)" ;;
	esac
}

stop_unit() {
	unit=$(kept "$1" unit)
	case $(kept "$1" stays) in
	waits)
		said "$1" 'goes on until it is restarted: requests wait in its socket then'
		return
		;;
	stops)
		systemctl stop "$unit"
		said "$1" 'stopped'
		return
		;;
	esac
	# Until the commit nothing starts at boot, neither the old version with the new one's files nor the new one.
	# systemd hears of it at the reload of `start` or `commit`.
	[ "$(kept "$1" enabled)" != enabled ] || systemctl disable --quiet --no-reload "$unit"
	case $(systemctl show -p ActiveState --value "$unit") in
	inactive | failed) said "$1" 'does not run; kept from starting at boot' ;;
	*)
		systemctl stop "$unit"
		said "$1" 'stopped; kept from starting at boot'
		;;
	esac
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

stop_none() {
	boot_id
	if [ "$boot" != "$(kept "$1" boot)" ] || ! alive "$(kept "$1" pid)" "$(kept "$1" ticks)"; then
		said "$1" 'was gone already'
		return
	fi
	# From here on it may be on its way out: an undo then waits for its end rather than leave it be.
	: >"$1/stopping"
	end_process "$(kept "$1" pid)" "$(kept "$1" ticks)"
	said "$1" 'stopped'
}

# --- hold_<kind> STOP: what would start it is in force again; nothing is started by that now

hold_cron() {
	[ "$(kept "$1" state)" = 'in force' ] || return 0
	swap_cron_line "$(kept "$1" source)" "$(kept "$1" line)" "$(kept "$1" commented)" "$(kept "$1" text)"
	case $swapped in
	yes) said "$1" 'in force again' ;;
	no) said "$1" "left alone: $(kept "$1" source) no longer has the line, nor its commented form; it was: $(kept "$1" text)" ;;
	esac
}

hold_unit() {
	unit=$(kept "$1" unit)
	[ -z "$(kept "$1" stays)" ] || return 0
	if [ "$(kept "$1" enabled)" = enabled ] && ! systemctl is-enabled --quiet "$unit" 2>/dev/null; then
		systemctl enable --quiet "$unit"
		said "$1" 'starts at boot again'
	fi
}

hold_pm2() {
	[ "$(kept "$1" status)" != absent ] || return 0
	pm2_entry "$1" resave || die "$(kept "$1" label): $what"
}

hold_none() { :; }

# --- start_<kind> STOP: what ran before runs again

start_cron() { :; }

start_unit() {
	unit=$(kept "$1" unit)
	if [ -n "$(kept "$1" stays)" ]; then
		start_staying "$1"
		return
	fi
	case $(kept "$1" state) in
	active | reloading | activating) ;;
	*) return 0 ;;
	esac
	case $(systemctl show -p ActiveState --value "$unit") in
	active | reloading | activating) return 0 ;;
	esac
	bring_up "$1" start
	said "$1" 'started again'
}

# bring_up STOP VERB: starts or restarts its unit.
bring_up() {
	systemctl reset-failed "$unit" 2>/dev/null || :
	if [ "$(kept "$1" state)" = activating ]; then
		# It kept failing before, and may do so again.
		systemctl "$2" --no-block "$unit"
	else
		systemctl "$2" "$unit" || die "$(kept "$1" label): does not start again: $(systemctl status --no-pager -n 10 "$unit" 2>&1)"
	fi
}

# start_staying STOP: a unit that keeps both versions has to be started since the old files are back; what the backup saw, or this
# did before, is left alone.
start_staying() {
	state=$(systemctl show -p ActiveState --value "$unit")
	now=$(invocation_of "$unit")
	again=
	read -r again <"$1/again" || :
	case $state/$now in
	active/"$(kept "$1" invocation)" | active/"${again:-none}") return 0 ;;
	esac
	case $(kept "$1" state) in
	active | reloading | activating) ;;
	*)
		systemctl stop "$unit"
		return
		;;
	esac
	bring_up "$1" restart
	# Into the room that backUp made.
	printf '%s\n' "$(invocation_of "$unit")" 1<>"$1/again"
	said "$1" 'started again'
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

start_none() {
	[ -s "$1/start-again" ] || return 0
	boot_id
	if [ "$boot" = "$(kept "$1" boot)" ]; then
		if [ ! -e "$1/stopping" ] && alive "$(kept "$1" pid)" "$(kept "$1" ticks)"; then return 0; fi
		end_process "$(kept "$1" pid)" "$(kept "$1" ticks)"
	fi
	runs_again "$1" || start_again "$1"
}

# runs_again STOP: whether start_again has started it already.
runs_again() {
	again_pid='' again_ticks='' again_boot=''
	read -r again_pid again_ticks again_boot _ <"$1/again" || :
	[ "$again_boot" = "$boot" ] && alive "$again_pid" "$again_ticks"
}

# start_again STOP: with the same arguments, folder, user, groups, umask, environment, and files for its output.
start_again() {
	stop=$1
	output_again stdout
	out=$output by_user_out=$by_user
	output_again stderr
	# Expanded by the shell that reads this, which is the user's.
	# shellcheck disable=SC2016
	set -- env -i /bin/sh -c '
		if [ -n "$1" ] && (: >>"$1") 2>/dev/null; then exec >>"$1"; fi
		if [ -n "$2" ] && (: >>"$2") 2>/dev/null; then exec 2>>"$2"; fi
		exec /bin/sh -s' sh "$by_user_out" "$by_user"
	if [ "$(id -u)" -eq 0 ]; then
		groups=$(kept "$stop" groups)
		if [ -n "$groups" ]; then set -- --groups "$groups" -- "$@"; else set -- --clear-groups -- "$@"; fi
		set -- setpriv --reuid "$(kept "$stop" uid)" --regid "$(kept "$stop" gid)" "$@"
	fi
	# The shell there writes down who it is before it becomes the app.
	setsid -f "$@" <"$stop/start-again" >>"$out" 2>>"$output" 3<>"$stop/again" 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
	exec 7<&- 8<&-
	tenths=0
	until runs_again "$stop"; do
		[ "$tenths" -lt 50 ] || die "$(kept "$stop" label): did not stay up when it was started again; $stop/start-again says how, $(kept "$stop" stderr) may say why"
		sleep 0.1
		tenths=$((tenths + 1))
	done
	said "$stop" "started again as pid $again_pid"
}

# output_again stdout|stderr: root opens nothing by a name that the app's user may have made another file's: only the very file
# that the process had open for writing. Sets output to that; else by_user to what the user opens himself, if he may.
output_again() {
	by_user=
	output=/dev/null
	file=$(kept "$stop" "$1")
	[ "$file" != /dev/null ] || return 0
	by_user=$file
	if [ ! -f "$file" ]; then return 0; fi
	case $1 in
	stdout)
		command exec 7<"$file" || return 0
		opened_again=/proc/self/fd/7
		;;
	*)
		command exec 8<"$file" || return 0
		opened_again=/proc/self/fd/8
		;;
	esac
	if [ "$(stat -L -c %d:%i "$opened_again")" = "$(kept "$stop" "$1-file")" ]; then
		output=$opened_again
		by_user=
	fi
}
