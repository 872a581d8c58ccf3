# shellcheck shell=sh
# What a process was given by whatever started it, otherwise than systemd gives it to a service of that user. Needs facts.sh.

# read_given PID…: `<what> <name> <as it is> <as a service has it>` a line, parted by tabs; what is limit, umask, group,
# main-group, locale, capability, scheduling, hardening or bound, the last four as systemd calls them.
read_given() {
	[ $# -gt 0 ] && [ -d /run/systemd/system ] || return 0
	usual=$(systemctl show 2>/dev/null | awk '
		sub(/^DefaultLimit/, "") && sub(/Soft=/, " ") { print "limit", $0 }
		sub(/^DefaultTasksMax=/, "") { print "tasks", $0 }
		sub(/^Environment=/, "") { for (i = 1; i <= NF; i++) if ($i ~ /^(LANG|LANGUAGE|LC_[A-Z]+|TZ)=/) print "locale", $i }')
	[ -n "$usual" ] || return 0
	for pid; do
		if [ ! -r "/proc/$pid/status" ] || [ ! -r "/proc/$pid/limits" ]; then continue; fi
		section given "$pid"
		user=$(stat -c %U "/proc/$pid" 2>/dev/null) || continue
		{
			printf '%s\n' "$usual"
			echo "groups $(id -g -- "$user" 2>/dev/null) $(id -G -- "$user" 2>/dev/null)"
			tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | awk '
				/^(LANG|LANGUAGE|LC_[A-Z]+|TZ)=[A-Za-z0-9_.,@:\/+-]*$/ && ++n <= 20 { print "own", $0 }'
			getent group 2>/dev/null | awk -F : '{ print "name", $3, $1 }'
			sed 's/^/first /' /proc/1/status
			echo "mounts $(readlink /proc/1/ns/mnt) $(readlink "/proc/$pid/ns/mnt")"
			sed 's/.*) /stat /' "/proc/$pid/stat"
			echo "oom $(cat "/proc/$pid/oom_score_adj")"
			echo "io $(ionice -p "$pid")"
			# Whoever starts that file has these.
			getcap "/proc/$pid/exe" | sed 's/^[^ ]* =\{0,1\} *\([a-z_,]*\).*/file \1/'
			bounds_of "$pid"
			sed 's/^/status /' "/proc/$pid/status"
			sed 's/^/limits /' "/proc/$pid/limits"
		} 2>/dev/null | awk '
			function tell(what, name, now, later) { if (++told <= 50) printf "%s\t%s\t%s\t%s\n", what, name, now, later }
			function more(one, other) { return other != "unlimited" && (one == "unlimited" || one + 0 > other + 0) }
			BEGIN {
				count = split("CPU:cpu time,FSIZE:file size,DATA:data size,STACK:stack size," \
					"NPROC:processes,NOFILE:open files,MEMLOCK:locked memory,AS:address space,NICE:nice priority,RTPRIO:realtime priority", one, ",")
				for (i = 1; i <= count; i++) { split(one[i], part, ":"); limit_of["Max " part[2]] = part[1] }
				split("CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE " \
					"NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN " \
					"SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE " \
					"MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE", capability, " ")
				split("fifo rr batch iso idle deadline", policy, " ")
			}
			function capabilities(hex, at, bit, digit, name) {
				for (at = length(hex); at > 0; at--) {
					digit = index("0123456789abcdef", substr(hex, at, 1)) - 1
					for (bit = 0; bit < 4; bit++) {
						name = "CAP_" capability[(length(hex) - at) * 4 + bit + 1]
						if (int(digit / 2 ^ bit) % 2 && !index(of_file, "," name ",")) tell("capability", name, "yes", "no")
					}
				}
			}
			# Of several groups, one in another, the narrowest counts, and of weights the next one; shares of a second are told as systemd is given them.
			function bound(name, value, count, part, i, share) {
				if (name == "CPUQuota" && value !~ /%$/) {
					count = split(value, part, "_")
					for (i = 1; i <= count; i++) share += part[i] ~ /ms$/ ? part[i] / 10 : part[i] * 100
					value = share "%"
				}
				if (!(name in bounds_by) || name !~ /Weight|CPUs/ && value + 0 < bounds_by[name] + 0) bounds_by[name] = value
			}
			$1 == "tasks" { tasks = $2; next }
			$1 == "first" { first[$2] = $3; next }
			$1 == "mounts" { if (NF == 3 && $2 != $3) tell("hardening", "mount-namespace", "yes", "no"); next }
			$1 == "oom" { if (NF == 2 && $2 != 0) tell("scheduling", "OOMScoreAdjust", $2, 0); next }
			$1 == "stat" {
				if ($18 != 0) tell("scheduling", "Nice", $18, 0)
				if ($40 in policy) tell("scheduling", "CPUSchedulingPolicy", policy[$40], "other")
				next
			}
			$1 == "io" {
				if ($2 ~ /^(none|unknown)?:?$/ || $2 == "best-effort:" && $4 == 4) next
				tell("scheduling", "IOSchedulingClass", substr($2, 1, length($2) - ($2 ~ /:$/)) ($4 == "" ? "" : " " $4), "none")
				next
			}
			$1 == "file" { of_file = "," toupper($2) ","; next }
			$1 == "bound" { if (NF == 3 && $3 !~ /^(max|infinity|\[not)/) bound($2, $3); next }
			# Root has all of them, unless its bounding set says otherwise.
			$1 == "status" && $2 == "Uid:" { root = $3 == 0; next }
			$1 == "status" && $2 == "CapPrm:" { if (!root) capabilities($3); next }
			$1 == "status" && $2 == "CapBnd:" && first[$2] != $3 { tell("hardening", "CapabilityBoundingSet", "yes", "no"); next }
			$1 == "status" && $2 == "NoNewPrivs:" && $3 == 1 { tell("hardening", "NoNewPrivileges", "yes", "no"); next }
			$1 == "status" && $2 == "Seccomp_filters:" && $3 > first[$2] + 0 { tell("hardening", "SystemCallFilter", "yes", "no"); next }
			$1 == "status" && $2 == "Cpus_allowed_list:" && first[$2] != $3 { tell("scheduling", "CPUAffinity", $3, first[$2]); next }
			$1 == "limit" { usual[$2] = $3 == "infinity" ? "unlimited" : $3; next }
			$1 == "locale" { name = substr($2, 1, index($2, "=") - 1); locale[name] = substr($2, index($2, "=") + 1); next }
			$1 == "own" { name = substr($2, 1, index($2, "=") - 1); own[name] = substr($2, index($2, "=") + 1); next }
			$1 == "groups" { main = $2; for (i = 2; i <= NF; i++) in_group[$i] = 1; known = NF > 1; next }
			$1 == "name" { group[$2] = $3; next }
			$1 == "status" && $2 == "Umask:" && $3 != "0022" { tell("umask", "umask", $3, "0022"); next }
			$1 == "status" && $2 == "Gid:" {
				in_group[$3] = 1
				if (known && $3 != main) tell("main-group", "main", $3 in group ? group[$3] : $3, main in group ? group[main] : main)
				next
			}
			$1 == "status" && $2 == "Groups:" && known {
				for (i = 3; i <= NF; i++) if (!($i in in_group)) tell("group", $i in group ? group[$i] : $i, "yes", "no")
				next
			}
			$1 == "limits" {
				name = substr($0, 8, 25)
				sub(/ +$/, "", name)
				if (!(name in limit_of) || !(limit_of[name] in usual)) next
				split(substr($0, 34), part, " ")
				name = limit_of[name]
				# More than before is no loss; but these are set to keep something within bounds.
				bounds = name ~ /^(CPU|FSIZE|DATA|AS)$/
				if (more(part[1], usual[name]) || bounds && part[1] != usual[name]) tell("limit", name, part[1], usual[name])
			}
			END {
				# As many tasks as any service may have are no bound of its own.
				for (name in bounds_by) if (name != "TasksMax" || tasks !~ /^[0-9]+$/ || bounds_by[name] + 0 < tasks + 0) tell("bound", name, bounds_by[name], "")
				for (name in own) if (own[name] != locale[name]) tell("locale", name, own[name], locale[name])
			}'
	done
}

# bounds_of PID: what its group of processes, and those that this is in, may take: `bound <name> <value>` a line. What holds for every
# service is none. Asked of systemd, and of the kernel for groups that are not systemd's.
bounds_of() {
	group=$(sed -n -e 's/^0:://p' -e 's/^[0-9]*:name=systemd://p' "/proc/$1/cgroup" 2>/dev/null | sort | tail -n 1)
	set --
	at=$group
	while [ -n "$at" ] && [ "$at" != / ]; do
		case ${at##*/} in
		system.slice | user.slice | init.scope) ;;
		*)
			case $at in *.service | *.scope | *.slice) set -- "$@" "${at##*/}" ;; esac
			for file in memory.max:MemoryMax memory.high:MemoryHigh pids.max:TasksMax; do
				{ read -r value <"/sys/fs/cgroup$at/${file%:*}" && echo "bound ${file#*:} $value"; } 2>/dev/null
			done
			{ read -r value period <"/sys/fs/cgroup$at/cpu.max" && [ "$value" != max ] && echo "bound CPUQuota $((value * 100 / period))%"; } 2>/dev/null
			;;
		esac
		at=${at%/*}
	done
	[ $# -gt 0 ] || return 0
	systemctl show -p MemoryMax,MemoryHigh,MemorySwapMax,TasksMax,CPUQuotaPerSecUSec,CPUWeight,IOWeight,AllowedCPUs -- "$@" 2>/dev/null | awk '
		sub(/^CPUQuotaPerSecUSec=/, "CPUQuota=") { gsub(/ /, "_") }
		/^AllowedCPUs=/ { gsub(/ /, ",") }
		sub(/=/, " ") { print "bound", $0 }'
}
