# shellcheck shell=sh disable=SC2154 # up of common.sh, my_uid of root-path.sh
# Asks nginx on the host for pages while a release is changed, as visitors do, and writes down when one fails and when it answers
# again: so the outage is known as it was, whoever follows the deployment meanwhile, or nobody. backUp lays it beside the way
# back, lib/visitors.sh starts and ends it. Argument: the backup. In it
#   way-back/ask    what is asked for, a page a line: URL ADDRESS PORT, the status it had before, `known` where it is known to be
#                   there, `metered` where nginx turns away who asks often
#   visitors        `MS good PAGE` or `MS failed PAGE`, a line for each answer that is another than the page's before, and for those
#                   that do not come in the order of their questions; since the epoch, when it was asked
#   visitors-last   when it was last at work, and this process: MS PID TICKS
# The pages take turns, and none waits for another's answer: a visitor's question that waits, as in a socket unit, is no failure until
# it fails, and meanwhile others ask. Where the answer to one is another than before, all others are asked at once, as they mostly
# fail and come back together; and every other question is to one that fails.
set -uf
umask 077
backup=$1
# Longer than the longest soak and what comes before and after it.
most_seconds=7200
most_lines=4000
# As long a visitor waits; and one whom the end finds waiting this long, in hundredths, got no answer.
patience=30
given_up=1000
most_waiting=60
exec 7>>"$backup/visitors-lock"
flock -n 7 || exit 0

# hundredths: sets up to those since boot, without a fork; no clock that is set meanwhile changes them.
hundredths() {
	read -r up _ </proc/uptime
	up=$((${up%.*} * 100 + 1${up#*.} - 100))
}

# ask_page PAGE: its answer is for hear.
ask_page() {
	number=$1
	eval "set -- \$page_$number; waits=\$waits_$number told=\$told_$number"
	url=$1 address=$2 port=$3
	case $address in *:*) address="[$address]" ;; esac
	if [ "$waits" != ' ' ]; then
		for asked in $waits $up; do
			case $told in *" $asked "*) ;; *) told="$told$asked " ;; esac
		done
	fi
	waits="$waits$up "
	eval "waits_$number=\$waits told_$number=\$told asked_$number=\$up"
	waiting=$((waiting + 1))
	set -- curl -q -g -k -s -o /dev/null --noproxy '*' --max-time "$patience" --connect-to "::$address:$port" \
		-A 'belay (asks as visitors do while a release is changed)' -w "$number $up %{http_code}\n" --url "$url"
	# What answers is anybody's where nginx is down, so it is not root that reads it.
	[ "$my_uid" -ne 0 ] || set -- setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs -- "$@"
	"$@" </dev/null >&6 2>/dev/null 7>&- &
}

# hear: all answers that have come.
hear() {
	echo . >&6
	while read -r page asked code <&6 && [ "$page" != . ]; do hear_page; done
}

# hear_page: the one to page that was asked at asked is code.
hear_page() {
	eval "waits=\$waits_$page told=\$told_$page newest=\$newest_$page"
	case $waits in *" $asked "*) ;; *) return 0 ;; esac
	without "$asked" "$waits"
	eval "waits_$page=\$list"
	waiting=$((waiting - 1))
	judge "$page"
	[ -n "$answer" ] || return 0
	good=$((good + 1))
	same=$fine
	if [ "$answer" = failed ]; then good=0 same=$failing; fi
	at=$((booted + asked * 10))
	case $told in
	*" $asked "*)
		without "$asked" "$told"
		eval "told_$page=\$list"
		write "$at" "$answer" "$page"
		;;
	esac
	# One that was asked later has told already how it is now.
	[ "$asked" -ge "$newest" ] || return 0
	eval "newest_$page=\$asked"
	asked_at_once=$at_once
	without "$page" "$at_once"
	at_once=$list
	case $same in *" $page "*) return 0 ;; esac
	note "$at" "$answer" "$page"
	case $asked_at_once in *" $page "*) return 0 ;; esac
	without "$page" "$quick"
	soon=$list at_once=$list
}

# judge PAGE: sets answer to good, failed, or nothing where code says nothing.
judge() {
	eval "set -- \$page_$1"
	flags=" ${5-} ${6-} "
	case $code in
	'' | 000 | 5??) answer=failed ;;
	404 | 410) case $flags in *' known '*) answer=failed ;; *) answer=good ;; esac ;;
	*) answer=good ;;
	esac
	[ "$code" != "$4" ] || answer=good
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
	write "$@"
}

# write MS ANSWER PAGE: for an answer that may be older than what is known.
write() {
	[ "$lines" -lt "$most_lines" ] || return 0
	lines=$((lines + 1))
	printf '%s %s %s\n' "$1" "$2" "$3" >>"$backup/visitors"
}

# choose: sets page to the one to be asked next, the first of a list that is turned; empty where each waits for its answer.
choose() {
	tries=0
	while [ "$tries" -lt $((pages * 2)) ]; do
		turn=$((turn + 1)) tries=$((tries + 1))
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
		is_asked "$page" || return 0
	done
	page=
}

# is_asked PAGE: whether an answer is awaited, and not for long.
is_asked() {
	eval "waits=\$waits_$1 asked=\$asked_$1"
	oldest=${waits# }
	oldest=${oldest%% *}
	# What asked was ended, and no answer comes.
	if [ "$waits" != ' ' ] && [ $((up - oldest)) -gt $((patience * 100 + 500)) ]; then
		without "$oldest" "$waits"
		waits=$list waiting=$((waiting - 1))
		eval "waits_$1=\$waits"
	fi
	[ "$waits" != ' ' ] && [ $((up - asked)) -lt 100 ]
}

# first LIST: sets page to the first of it, turned to the list with that at the end.
first() {
	page=${1# }
	page=${page%% *}
	turned="${1#" $page"}$page "
}

# finish: who has waited too long by now has failed.
finish() {
	trap '' TERM
	hundredths
	page=1
	while [ "$page" -le "$pages" ]; do
		eval "waits=\$waits_$page"
		for asked in $waits; do
			[ $((up - asked)) -lt "$given_up" ] || write $((booted + asked * 10)) failed "$page"
		done
		page=$((page + 1))
	done
	kill 0
	exit 0
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
	# Of each: its questions that wait for an answer, those of them that are told whatever it is, when it was last asked, and of the
	# latest that was answered.
	eval "page_$pages=\$line waits_$pages=' ' told_$pages=' ' asked_$pages=0 newest_$pages=0"
	case "$line " in
	*' metered '*) metered="$metered$pages " ;;
	*) quick="$quick$pages " ;;
	esac
done <"$backup/way-back/ask"
[ "$pages" -gt 0 ] || exit 0
rm -f "$backup/visitors-heard"
mkfifo "$backup/visitors-heard" || exit 0
exec 6<>"$backup/visitors-heard"

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

turn=0 good=0 waiting=0 next_metered=0 soon=$quick at_once=$quick
trap finish TERM
while [ -d "$backup" ]; do
	hundredths
	[ $((up - began)) -lt $((most_seconds * 100)) ] || break
	choose
	if [ -n "$page" ] && [ "$waiting" -lt "$most_waiting" ]; then ask_page "$page"; fi
	printf '%-60s\n' "$((booted + up * 10)) $$ $ticks" 1<>"$backup/visitors-last"
	pause=0.1
	[ "$pages" -gt 1 ] || [ "$good" -lt 150 ] || pause=0.5
	[ "$quick" != ' ' ] || pause=2
	[ "$soon" = ' ' ] || pause=0.02
	sleep "$pause" 6>&- 7>&- || sleep 1 6>&- 7>&-
	hear
	# Those that answered have ended, and the shell forgets them.
	[ "$waiting" -gt 0 ] || wait
done
