# shellcheck shell=sh disable=SC2154 # up of common.sh, my_uid of root-path.sh
# Asks nginx on the host for a page while a release is changed, as visitors do, and writes down when it fails and when it answers
# again: so the outage is known as it was, whoever follows the deployment meanwhile, or nobody. backUp lays it beside the way
# back, lib/visitors.sh starts and ends it. Argument: the backup. In it
#   way-back/ask    what is asked for: URL ADDRESS PORT, and `metered` where nginx turns away who asks often
#   visitors        `MS good` or `MS failed`, a line for each answer that is another than the one before; since the epoch
#   visitors-last   the time of the last question, and this process: MS PID TICKS
set -u
umask 077
backup=$1
# Longer than the longest soak and what comes before and after it.
most_seconds=7200
most_lines=1000
exec 7>>"$backup/visitors-lock"
flock -n 7 || exit 0
metered=
read -r url address port metered <"$backup/way-back/ask" || exit 0
case $address in *:*) address="[$address]" ;; esac

# hundredths: sets up to those since boot, without a fork; no clock that is set meanwhile changes them.
hundredths() {
	read -r up _ </proc/uptime
	up=$((${up%.*} * 100 + 1${up#*.} - 100))
}

# ask: sets code to the HTTP status, 000 where there is no answer. What answers is anybody's where nginx is down, so it is
# not root that reads it.
ask() {
	set -- curl -q -g -k -s -o /dev/null --noproxy '*' --max-time 10 --connect-to "::$address:$port" \
		-A 'belay (asks as visitors do while a release is changed)' -w '%{http_code}' --url "$url"
	[ "$my_uid" -ne 0 ] || set -- setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs -- "$@"
	code=$("$@" 2>/dev/null 7>&-) || code=${code:-000}
}

# note MS ANSWER
note() {
	[ "$lines" -lt "$most_lines" ] || return 0
	lines=$((lines + 1))
	state=$2
	printf '%s %s\n' "$1" "$2" >>"$backup/visitors"
}

hundredths
began=$up
now=$(date +%s%3N)
case $now in *[!0-9]*) now=$(date +%s)000 ;; esac
booted=$((now - up * 10))
start_ticks "$$"

lines=0 state='' last=''
while read -r _ answer; do
	state=$answer
	lines=$((lines + 1))
done 2>/dev/null <"$backup/visitors"
read -r last _ 2>/dev/null <"$backup/visitors-last" || :
# The host was started anew, or this was ended: what could not be asked counts as failed.
if [ "$state" = good ] && [ -n "$last" ] && [ $((now - last)) -gt 3000 ]; then note "$last" failed; fi

good=0
while [ -d "$backup" ]; do
	hundredths
	[ $((up - began)) -lt $((most_seconds * 100)) ] || break
	at=$((booted + up * 10))
	ask
	case $code in
	'' | 000 | 5??) answer=failed ;;
	*) answer=good ;;
	esac
	# Turned away for asking too often, which says nothing.
	case $code$metered in 429* | 503metered) answer='' ;; esac
	if [ -n "$answer" ]; then
		good=$((good + 1))
		[ "$answer" = good ] || good=0
		[ "$answer" = "$state" ] || note "$at" "$answer"
	fi
	printf '%-60s\n' "$at $$ $ticks" 1<>"$backup/visitors-last"
	pause=0.1
	[ "$good" -lt 150 ] || pause=0.5
	[ -z "$metered" ] || pause=2
	sleep "$pause" 7>&- || sleep 1 7>&-
done
