# shellcheck shell=sh disable=SC2154 # variables of common.sh
# Runs one op, detached from the connection: under the host's lock, while its deployment holds the host, within its time.
# Fields: own, belay's own folder for the path, journal number deployment limit; after, the op that it follows, or nothing; then the op's
# arguments. Descriptor 9 holds the journal's `running`.
set -u
umask 077
fields "$1" own journal number deployment limit after
shift

refuse() {
	printf '%s\n' "$1" >"$journal/refused"
	# It never began: the next attempt is the first.
	rm -f "$journal/begin"
	exit 0
}

# follow: waits until the op before this one has ended; fails where that did not end well.
follow() {
	before=$own/journal/$number/$after
	command exec 7<"$before/running" || return 1
	flock -s 7
	exec 7<&-
	ended=
	[ ! -s "$before/exit" ] || read -r ended <"$before/exit"
	[ "$ended" = 0 ]
}

if [ -n "$after" ]; then follow || refuse unready; fi
exec 8>>"$own/lock"
flock -w "$limit" 8 || refuse busy
read_owner "$own" || refuse damaged
if [ "$owner_number" != "$number" ] || [ "$owner_deployment" != "$deployment" ] || [ "$owner_state" != held ]; then
	refuse fenced
fi
uptime
began=$up

# A session of its own, so that all of it can be ended; without the locks' descriptors, which a daemon would hold for ever.
(
	umask 022
	# For op_state, whatever was inherited under that name.
	belay_state=$own
	export belay_state
	exec setsid timeout -k 5 "$limit" sh "$journal/script" "$@" <"$journal/input" >>"$journal/output" 2>&1 8>&- 9>&-
) &
pid=$!
boot_id
start_ticks "$pid"
printf '%s %s %s\n' "$pid" "$ticks" "$boot" >"$journal/pid"
# While the op runs, so that it costs no time.
now=$(date +%s)
uptime
now=$((now - up + began))
printf 'time=%s\n' "$now" >>"$journal/begin" || :
renew_owner "$own" "$number" "$now"
wait "$pid"
status=$?

uptime
now=$((now + up - began))
if [ $((up - began)) -ge "$limit" ]; then
	case $status in
	124 | 137)
		status=124
		signal_session "$pid" KILL
		;;
	esac
fi
# Into the room that was made for it, then one rename: there is a whole exit status, or none.
printf '%-10s\n' "$status" 1<>"$journal/exit.new"
mv "$journal/exit.new" "$journal/exit"
renew_owner "$own" "$number" "$now"
