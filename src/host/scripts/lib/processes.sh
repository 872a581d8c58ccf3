# shellcheck shell=sh disable=SC2154 # belay_stat of common.sh
# Processes and what they listen on, read from /proc alone; and how one is ended.

die() {
	printf '%s\n' "$*" >&2
	exit 1
}

# alive PID TICKS: as same_process, but what has ended and only waits to be reaped is gone.
alive() {
	same_process "$1" "$2" || return 1
	case $belay_stat in [ZX]*) return 1 ;; esac
}

# family PID: `pid ticks` of the process and of all that descend from it.
family() {
	parents | awk -v root="$1" '
		{ split($1, part, "/"); parent[part[3]] = $2 }
		END {
			for (pid in parent) {
				at = pid
				for (depth = 0; at != root && (at in parent) && depth < 100; depth++) at = parent[at]
				if (at == root) print pid
			}
		}' | while read -r belay_pid; do
		start_ticks "$belay_pid"
		[ -z "$ticks" ] || printf '%s %s\n' "$belay_pid" "$ticks"
	done
}

# those_left: of the lines `pid ticks` on stdin those whose process still runs.
those_left() {
	while read -r pid started; do
		if [ -n "$pid" ] && alive "$pid" "$started"; then printf '%s %s\n' "$pid" "$started"; fi
	done
}

# signal_all SIGNAL: to the process of every line `pid ticks` on stdin.
signal_all() {
	while read -r pid _; do
		kill -s "$1" "$pid" 2>/dev/null || :
	done
}

# end_process PID TICKS: SIGTERM, ten seconds of grace, then SIGKILL; all that descend from it go with it.
end_process() {
	alive "$1" "$2" || return 0
	name=$(cat "/proc/$1/comm" 2>/dev/null) || name=
	case $1/$name in
	1/* | */systemd | */sshd | */docker-proxy | */'PM2 v'*)
		die "pid $1 is $name, which serves others too: belay never ends it"
		;;
	esac
	left=$(family "$1")
	kill -s TERM "$1" 2>/dev/null || :
	tenths=0
	orphaned=
	while left=$(printf '%s\n' "$left" | those_left) && [ -n "$left" ]; do
		case $tenths in
		100) printf '%s\n' "$left" | signal_all KILL ;;
		150) die "pid $1 ($name) and its children do not end, not even by SIGKILL: $left" ;;
		esac
		# Workers whose master is gone have nobody left who would tell them.
		if [ -z "$orphaned" ] && ! alive "$1" "$2"; then
			orphaned=yes
			printf '%s\n' "$left" | signal_all TERM
		fi
		sleep 0.1
		tenths=$((tenths + 1))
	done
}

# listening KIND WHERE: inodes of the sockets that listen on a TCP port (`port 9999`) or a path (`socket /run/x.sock`);
# tables of proc(5): state 0A is LISTEN, flag 00010000 is __SO_ACCEPTCON.
listening() {
	case $1 in
	port)
		cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v port="$(printf ':%04X' "$2")" '
			$4 == "0A" && substr($2, length($2) - 4) == port { print $10 }'
		;;
	socket)
		# The kernel has the path as it was given, maybe by way of the old name of /run.
		SOCKET=$2 awk '
			function ends(text) { return substr($0, length($0) - length(text) + 1) == text }
			BEGIN { want = " " ENVIRON["SOCKET"]; old = want; sub(/^ \/run\//, " /var/run/", old) }
			$4 == "00010000" && (ends(want) || ends(old)) { print $7 }' /proc/net/unix
		;;
	esac
}

# clear_socket KIND WHERE: a program that was killed leaves its socket behind, and not every other one removes it. Needs
# places.sh.
clear_socket() {
	if [ "$1" != socket ] || [ ! -S "$2" ] || [ -n "$(listening "$1" "$2")" ]; then return 0; fi
	(if enter "${2%/*}" && [ -S "./${2##*/}" ]; then as_owner rm -f -- "./${2##*/}"; fi)
}

# holds PID INODES: whether the process has one of these sockets open.
holds() {
	# Inodes are separated by blanks.
	# shellcheck disable=SC2086
	set -- "$1" $2
	pid=$1
	shift
	open=$(ls -l "/proc/$pid/fd" 2>/dev/null) || return 1
	for inode; do
		case $open in *"socket:[$inode]"*) return 0 ;; esac
	done
	return 1
}

# started_by PID: ` (child of NAME, in UNIT)`: who may start it again.
started_by() {
	belay_parent=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$1/status" 2>/dev/null)
	belay_name=
	if [ -n "$belay_parent" ]; then { IFS= read -r belay_name <"/proc/$belay_parent/comm"; } 2>/dev/null || :; fi
	belay_unit=$(awk -F / '/^(0::|[0-9]+:name=systemd:)/ { for (i = NF; i > 0; i--) if ($i ~ /\.(service|scope)$/) { print ", in " $i; exit } }' "/proc/$1/cgroup" 2>/dev/null)
	[ -z "$belay_name" ] || printf ' (child of %s%s)' "$belay_name" "$belay_unit"
}

# who_listens KIND WHERE: a line `pid N: command` for every process that listens there, with who started it.
who_listens() {
	inodes=$(listening "$1" "$2")
	[ -n "$inodes" ] || return 0
	for proc in /proc/[0-9]*; do
		if holds "${proc#/proc/}" "$inodes"; then
			printf 'pid %s: %s%s\n' "${proc#/proc/}" "$(tr '\000' ' ' <"$proc/cmdline" 2>/dev/null | sed 's/ *$//')" "$(started_by "${proc#/proc/}")"
		fi
	done
}
