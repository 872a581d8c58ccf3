# shellcheck shell=sh disable=SC2034,SC2154 # variables of common.sh, kept.sh, pm2.sh and the script that includes this
# A process that nothing keeps: it is started again as somebody started it. Needs processes.sh and start-again.sh's files.

# keep_none STOP FIELDS: for back-up.sh and quiesce-since.sh, with start-again.sh.
keep_none() {
	keep_fields "$1" "$2" pid ticks boot
	if [ "$(kept "$1" boot)" != "$boot" ] || ! alive "$(kept "$1" pid)" "$(kept "$1" ticks)"; then
		[ "$(kept "$1" role)" != app ] || changed "$(kept "$1" label) is gone"
		echo "$(kept "$1" label) is gone by itself"
		return 0
	fi
	why=$(write_start_again "$(kept "$1" pid)" "$1") ||
		die "$(kept "$1" label) could not be started again on the way back: $why. Put it under a systemd unit or pm2 first"
	# Room for what start_again writes there, in place.
	printf '%-200s\n' '' >"$1/again"
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

hold_none() { :; }

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

# Nothing would bring it back.
is_back_none() {
	return 1
}

goes_on_none() {
	return 1
}

came_back_none() {
	return 1
}
