# shellcheck shell=sh disable=SC2154 # up of common.sh, my_uid of root-path.sh
# Asks nginx on the host for pages while a release is changed, as visitors do, and writes down when one fails and when it answers
# again: so the outage is known as it was, whoever follows the deployment meanwhile, or nobody. backUp lays it beside the way
# back, lib/visitors.sh starts and ends it. Argument: the backup. In it
#   way-back/ask    what is asked for, a page a line: URL ADDRESS PORT, the status it had before, `known` where it is known to be
#                   there, `metered` where nginx turns away who asks often
#   visitors        `MS good PAGE` or `MS failed PAGE`, a line for each answer that is another than the page's before; since the epoch
#   visitors-last   the time of the last question, and this process: MS PID TICKS
# The pages take turns. Where the answer to one is another than before, all others are asked at once, as they mostly fail and come
# back together; and every other question is to one that fails.
set -uf
umask 077
backup=$1
# Longer than the longest soak and what comes before and after it.
most_seconds=7200
most_lines=4000
exec 7>>"$backup/visitors-lock"
flock -n 7 || exit 0

# hundredths: sets up to those since boot, without a fork; no clock that is set meanwhile changes them.
hundredths() {
	read -r up _ </proc/uptime
	up=$((${up%.*} * 100 + 1${up#*.} - 100))
}

# ask_page PAGE: sets answer to good, failed, or nothing where what came says nothing; before to what it was.
ask_page() {
	eval "set -- \$page_$1"
	url=$1 address=$2 port=$3 before=$4
	flags=" ${5-} ${6-} "
	case $address in *:*) address="[$address]" ;; esac
	set -- curl -q -g -k -s -o /dev/null --noproxy '*' --max-time 10 --connect-to "::$address:$port" \
		-A 'belay (asks as visitors do while a release is changed)' -w '%{http_code}' --url "$url"
	# What answers is anybody's where nginx is down, so it is not root that reads it.
	[ "$my_uid" -ne 0 ] || set -- setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs -- "$@"
	code=$("$@" 2>/dev/null 7>&-) || code=${code:-000}
	case $code in
	'' | 000 | 5??) answer=failed ;;
	404 | 410) case $flags in *' known '*) answer=failed ;; *) answer=good ;; esac ;;
	*) answer=good ;;
	esac
	[ "$code" != "$before" ] || answer=good
	# Turned away for asking too often, which says nothing.
	case $code$flags in 429* | 503*' metered '*) answer='' ;; esac
}

# becomes PAGE ANSWER: what is known of the page by now. A list is words with a blank before and behind each.
becomes() {
	without "$1" "$failing"
	failing=$list
	without "$1" "$fine"
	fine=$list
	case $2 in failed) failing="$failing$1 " ;; *) fine="$fine$1 " ;; esac
}

# without PAGE LIST: sets list.
without() {
	case $2 in *" $1 "*) list="${2%%" $1 "*} ${2#*" $1 "}" ;; *) list=$2 ;; esac
}

# note MS ANSWER PAGE
note() {
	becomes "$3" "$2"
	[ "$lines" -lt "$most_lines" ] || return 0
	lines=$((lines + 1))
	printf '%s %s %s\n' "$1" "$2" "$3" >>"$backup/visitors"
}

# choose: sets page to the one to be asked next, the first of a list that is turned.
choose() {
	turn=$((turn + 1))
	if [ "$soon" != ' ' ]; then
		first "$soon"
		without "$page" "$soon"
		soon=$list
	elif [ "$metered" != ' ' ] && { [ "$quick" = ' ' ] || [ "$up" -ge "$next_metered" ]; }; then
		next_metered=$((up + 200))
		first "$metered"
		metered=$turned
	elif [ $((turn % 2)) -eq 0 ] && [ "$failing" != ' ' ]; then
		first "$failing"
		failing=$turned
	else
		first "$quick"
		quick=$turned
	fi
}

# first LIST: sets page to the first of it, turned to the list with that at the end.
first() {
	page=${1# }
	page=${page%% *}
	turned="${1#" $page"}$page "
}

hundredths
began=$up
now=$(date +%s%3N)
case $now in *[!0-9]*) now=$(date +%s)000 ;; esac
booted=$((now - up * 10))
start_ticks "$$"

pages=0 quick=' ' metered=' '
while read -r line; do
	pages=$((pages + 1))
	eval "page_$pages=\$line"
	case "$line " in
	*' metered '*) metered="$metered$pages " ;;
	*) quick="$quick$pages " ;;
	esac
done <"$backup/way-back/ask"
[ "$pages" -gt 0 ] || exit 0

lines=0 failing=' ' fine=' '
while read -r _ answer page; do
	becomes "$page" "$answer"
	lines=$((lines + 1))
done 2>/dev/null <"$backup/visitors"
last=''
read -r last _ 2>/dev/null <"$backup/visitors-last" || :
# The host was started anew, or this was ended: what could not be asked counts as failed.
if [ -n "$last" ] && [ $((now - last)) -gt 3000 ]; then
	for page in $fine; do note "$last" failed "$page"; done
fi

turn=0 good=0 next_metered=0 soon=$quick told=$now
while [ -d "$backup" ]; do
	hundredths
	[ $((up - began)) -lt $((most_seconds * 100)) ] || break
	asked=$up at=$((booted + up * 10)) rest=$soon
	choose
	ask_page "$page"
	case $answer in
	failed) good=0 same=$failing ;;
	*) good=$((good + 1)) same=$fine ;;
	esac
	case "${answer:-none}$same" in
	none* | *" $page "*) ;;
	*)
		if [ "$rest" = ' ' ]; then
			told=$at
			without "$page" "$quick"
			soon=$list
		elif [ "$answer" = good ]; then
			# It was good when the first was, whose answer it had to wait for.
			at=$told
		fi
		note "$at" "$answer" "$page"
		;;
	esac
	printf '%-60s\n' "$((booted + asked * 10)) $$ $ticks" 1<>"$backup/visitors-last"
	hundredths
	# One that hangs would keep the others waiting, one after the other.
	[ "$answer" != failed ] || [ $((up - asked)) -lt 100 ] || soon=' '
	[ "$soon" = ' ' ] || continue
	pause=0.1
	[ "$pages" -gt 1 ] || [ "$good" -lt 150 ] || pause=0.5
	[ "$quick" != ' ' ] || pause=2
	sleep "$pause" 7>&- || sleep 1 7>&-
done
