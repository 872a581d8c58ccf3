# shellcheck shell=sh
# A unit that is to run as a process does that another keeper started. Needs processes.sh.

# as_running USER WHERE: settings of a unit, one a line, as a process of that user has them that listens at the port or the path;
# none where there is no such process.
as_running() {
	case $2 in
	/*) inodes=$(listening socket "$2") ;;
	*) inodes=$(listening port "$2") ;;
	esac
	[ -n "$inodes" ] || return 0
	uid=$(id -u -- "$1")
	for proc in /proc/[0-9]*; do
		if [ "$(stat -c %u "$proc" 2>/dev/null)" = "$uid" ] && holds "${proc#/proc/}" "$inodes"; then
			settings_of "${proc#/proc/}"
			return 0
		fi
	done
}

# settings_of PID
settings_of() {
	{
		sed 's/^/limits /' "/proc/$1/limits"
		sed 's/^/status /' "/proc/$1/status"
		sed 's/.*) /stat /' "/proc/$1/stat"
		echo "oom $(cat "/proc/$1/oom_score_adj")"
		echo "memory $(narrowest_memory "$1")"
	} 2>/dev/null | awk '
		BEGIN {
			count = split("CPU:cpu time,FSIZE:file size,DATA:data size,STACK:stack size,CORE:core file size,RSS:resident set,NPROC:processes," \
				"NOFILE:open files,MEMLOCK:locked memory,AS:address space,LOCKS:file locks,SIGPENDING:pending signals,MSGQUEUE:msgqueue size", one, ",")
			for (i = 1; i <= count; i++) { split(one[i], part, ":"); limit_of["Max " part[2]] = part[1] }
		}
		$1 == "limits" {
			name = substr($0, 8, 25)
			sub(/ +$/, "", name)
			if (!(name in limit_of)) next
			split(substr($0, 34), part, " ")
			gsub(/unlimited/, "infinity", part[1])
			gsub(/unlimited/, "infinity", part[2])
			print "Limit" limit_of[name] "=" part[1] ":" part[2]
		}
		$1 == "status" && $2 == "Umask:" { print "UMask=" $3 }
		$1 == "status" && $2 == "Gid:" { print "Group=" $3 }
		$1 == "status" && $2 == "Groups:" && NF > 2 { sub(/^status Groups:[ \t]*/, ""); sub(/ +$/, ""); print "SupplementaryGroups=" $0 }
		$1 == "status" && $2 == "NoNewPrivs:" && $3 == 1 { print "NoNewPrivileges=yes" }
		# Behind the name: state is the first field, the nice value the seventeenth.
		$1 == "stat" && $18 != 0 { print "Nice=" $18 }
		$1 == "oom" && $2 != 0 { print "OOMScoreAdjust=" $2 }
		$1 == "memory" && $2 != "" { print "MemoryMax=" $2 }'
}

# narrowest_memory PID: the least that a cgroup above it may use, in bytes; empty where there is no limit, or no cgroup v2.
narrowest_memory() {
	group=$(sed -n 's/^0:://p' "/proc/$1/cgroup" 2>/dev/null)
	least=
	while [ -n "$group" ] && [ "$group" != / ]; do
		bound=$(cat "/sys/fs/cgroup$group/memory.max" 2>/dev/null) || bound=
		case $bound in
		'' | *[!0-9]*) ;;
		*) if [ -z "$least" ] || [ "$bound" -lt "$least" ]; then least=$bound; fi ;;
		esac
		group=${group%/*}
	done
	echo "$least"
}
