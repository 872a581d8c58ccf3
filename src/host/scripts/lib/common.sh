# shellcheck shell=sh disable=SC2034 # what the functions set is for the scripts behind this one
# In front of every script that belay runs on a host. Nothing here forks: it is read a dozen times a deployment.

# fields TEXT NAME…: sets each variable NAME to what TEXT says of it, empty where it says nothing. TEXT is a record as
# src/host/fields.ts writes it: lines `NAME=value`; further lines of a value begin with a tab.
fields() {
	fields_as '' "$@"
}

# fields_as PREFIX TEXT NAME…: the same, into variables PREFIXNAME.
fields_as() {
	belay_prefix=$1 belay_text=$2
	shift 2
	belay_names=" $* "
	for belay_name; do eval "$belay_prefix$belay_name="; done
	belay_name=
	while IFS= read -r belay_line; do
		case $belay_line in
		"	"*)
			[ -z "$belay_name" ] || eval "$belay_prefix$belay_name=\$$belay_prefix$belay_name\$belay_newline\${belay_line#?}"
			continue
			;;
		esac
		belay_name=${belay_line%%=*}
		case $belay_name in
		'' | *[!a-z_]*) belay_name= ;;
		esac
		case $belay_names in
		*" $belay_name "*) [ -z "$belay_name" ] || eval "$belay_prefix$belay_name=\${belay_line#*=}" ;;
		*) belay_name= ;;
		esac
	done <<END
$belay_text
END
}
belay_newline='
'

# each_line TEXT COMMAND…: runs the command with every line of it that is not empty as its last argument.
each_line() {
	belay_rest=$1$belay_newline
	shift
	while [ -n "$belay_rest" ]; do
		belay_line=${belay_rest%%"$belay_newline"*}
		belay_rest=${belay_rest#*"$belay_newline"}
		[ -z "$belay_line" ] || "$@" "$belay_line"
	done
}

# start_ticks PID: sets ticks to the process's start in clock ticks after boot (proc(5): field 22 of stat), empty where
# there is no such process. With the boot id that is its identity: a pid alone may have been given to another since.
start_ticks() {
	ticks=
	session=
	belay_stat=
	# The name, field 2, may hold anything, brackets and line breaks too: what counts comes after its last bracket.
	{ while IFS= read -r belay_piece; do belay_stat=$belay_stat$belay_piece; done <"/proc/$1/stat"; } 2>/dev/null || return 0
	[ -n "$belay_stat" ] || return 0
	belay_stat=${belay_stat##*) }
	read -r _ _ _ session _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ ticks _ <<-END
		$belay_stat
	END
}

# same_process PID TICKS: whether that very process still runs.
same_process() {
	[ -n "$1" ] && [ -n "$2" ] || return 1
	start_ticks "$1"
	[ "$ticks" = "$2" ]
}

# parents: `/proc/PID/status:PPid: <parent>` of every process. From status, where the kernel escapes a process's name: in stat a
# line break within a name would let its user give any process another parent. As many as they are, they fit no command line.
parents() {
	printf '%s\0' /proc/[0-9]*/status | xargs -0 grep -H '^PPid:' 2>/dev/null
}

# signal_session SESSION SIGNAL: to every process of a session. Sets signalled to their number.
signal_session() {
	signalled=0
	for belay_proc in /proc/[0-9]*; do
		start_ticks "${belay_proc#/proc/}"
		if [ "$session" = "$1" ] && kill -s "$2" "${belay_proc#/proc/}" 2>/dev/null; then
			signalled=$((signalled + 1))
		fi
	done
}

# whole FILE MODE: stdin becomes FILE, at once and all of it. Where it cannot be written FILE is as it was, nothing of the
# attempt is left on the full disk, and it returns 1.
whole() {
	if (umask 077 && cat >"$1.new") && chmod "$2" "$1.new" && mv -f -- "$1.new" "$1"; then return; fi
	rm -f -- "$1.new"
	return 1
}

# read_owner BASE: who holds the host, from BASE/owner, into owner_number, owner_deployment, owner_by, owner_since,
# owner_renewed (seconds since the epoch) and owner_state (held or free). Number 0 where nobody ever drew one.
# owner_recovered, owner_recovered_by and owner_recovered_why: when the host put the old version back by itself after this
# deployment, who had it do so, and why; empty where it did not.
# Returns 1 where the file is there and makes no sense: then nobody may act.
read_owner() {
	owner_number=0 owner_deployment='' owner_by='' owner_since=0 owner_renewed=0 owner_state=free
	owner_recovered='' owner_recovered_by='' owner_recovered_why=''
	[ -e "$1/owner" ] || return 0
	owner_number=
	owner_lines <"$1/owner"
	case $owner_number in '' | *[!0-9]*) return 1 ;; esac
	case $owner_since$owner_renewed in '' | *[!0-9]*) return 1 ;; esac
}

# owner_lines: such lines on stdin into those variables; what no line names stays as it is.
owner_lines() {
	while IFS= read -r belay_line; do
		case $belay_line in
		number=*) owner_number=${belay_line#*=} ;;
		deployment=*) owner_deployment=${belay_line#*=} ;;
		by=*) owner_by=${belay_line#*=} ;;
		since=*) owner_since=${belay_line#*=} ;;
		renewed=*) owner_renewed=${belay_line#*=} ;;
		state=*) owner_state=${belay_line#*=} ;;
		recovered=*) owner_recovered=${belay_line#*=} ;;
		recovered_by=*) owner_recovered_by=${belay_line#*=} ;;
		recovered_why=*) owner_recovered_why=${belay_line#*=} ;;
		esac
	done
}

# tell_owner: the same, as lines that src/host/door/owner.ts reads.
tell_owner() {
	printf '%s\n' "number=$owner_number" "deployment=$owner_deployment" "by=$owner_by" "since=$owner_since" \
		"renewed=$owner_renewed" "state=$owner_state"
	[ -z "$owner_recovered" ] || printf '%s\n' "recovered=$owner_recovered" "recovered_by=$owner_recovered_by" \
		"recovered_why=$owner_recovered_why"
}

# renew_owner BASE NUMBER NOW: the time, into BASE/owner, where that is still the number's. Written in place, through a
# descriptor: a draw puts a new file into owner's place, and then this writes to the old one, which nobody reads any more.
# So a zombie cannot bring its own number back.
renew_owner() {
	command exec 7<>"$1/owner" || return 0
	belay_ours='' belay_lines=''
	while IFS= read -r belay_line; do
		case $belay_line in
		"number=$2") belay_ours=1 ;;
		renewed=*) belay_line=renewed=$3 ;;
		esac
		belay_lines="$belay_lines$belay_line
"
	done </proc/self/fd/7
	[ -z "$belay_ours" ] || printf '%s' "$belay_lines" >&7
	exec 7>&-
}

# uptime: sets up to the seconds since boot.
uptime() {
	read -r up _ </proc/uptime
	up=${up%.*}
}

# spare_base STATE: sets spare to where the journal goes when the disk is full: memory that only root writes to.
spare_base() {
	spare="/run/belay$1"
}

# boot_id: sets boot.
boot_id() {
	boot=
	read -r boot </proc/sys/kernel/random/boot_id || :
}

# live_op JOURNAL: whether the op of that journal folder still runs; sets pid, which is its session too.
live_op() {
	pid=
	[ -s "$1/pid" ] || return 1
	read -r pid belay_ticks belay_boot <"$1/pid"
	boot_id
	[ "$boot" = "$belay_boot" ] && same_process "$pid" "$belay_ticks"
}

# end_op JOURNAL SECONDS: TERM to the op's session, KILL to what is left of it after so many seconds.
end_op() {
	live_op "$1" || return 0
	signal_session "$pid" TERM
	belay_left=$(($2 * 10))
	while live_op "$1" && [ "$belay_left" -gt 0 ]; do
		sleep 0.1
		belay_left=$((belay_left - 1))
	done
	[ -n "$pid" ] && signal_session "$pid" KILL
}

# ls_q: the letter with which ls shows a name on one line, whatever is in it; busybox's does so without.
ls_q() {
	if ls -q / >/dev/null 2>&1; then echo q; fi
}
