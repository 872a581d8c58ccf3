# shellcheck shell=sh
# What a process was given by whatever started it, otherwise than systemd gives it to a service of that user. Needs facts.sh.

# read_given PID…: `<what> <name> <as it is> <as a service has it>` a line, parted by tabs; what is limit, umask, group or locale.
read_given() {
	[ $# -gt 0 ] && [ -d /run/systemd/system ] || return 0
	usual=$(systemctl show 2>/dev/null | awk '
		sub(/^DefaultLimit/, "") && sub(/Soft=/, " ") { print "limit", $0 }
		sub(/^Environment=/, "") { for (i = 1; i <= NF; i++) if ($i ~ /^(LANG|LANGUAGE|LC_[A-Z]+|TZ)=/) print "locale", $i }')
	[ -n "$usual" ] || return 0
	for pid; do
		if [ ! -r "/proc/$pid/status" ] || [ ! -r "/proc/$pid/limits" ]; then continue; fi
		section given "$pid"
		user=$(stat -c %U "/proc/$pid" 2>/dev/null) || continue
		{
			printf '%s\n' "$usual"
			echo "groups $(id -G -- "$user" 2>/dev/null)"
			tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | awk '
				/^(LANG|LANGUAGE|LC_[A-Z]+|TZ)=[A-Za-z0-9_.,@:\/+-]*$/ && ++n <= 20 { print "own", $0 }'
			getent group 2>/dev/null | awk -F : '{ print "name", $3, $1 }'
			sed 's/^/status /' "/proc/$pid/status"
			sed 's/^/limits /' "/proc/$pid/limits"
		} 2>/dev/null | awk '
			function tell(what, name, now, later) { if (++told <= 50) printf "%s\t%s\t%s\t%s\n", what, name, now, later }
			function more(one, other) { return other != "unlimited" && (one == "unlimited" || one + 0 > other + 0) }
			BEGIN {
				count = split("CPU:cpu time,FSIZE:file size,DATA:data size,STACK:stack size," \
					"NPROC:processes,NOFILE:open files,MEMLOCK:locked memory,AS:address space,NICE:nice priority,RTPRIO:realtime priority", one, ",")
				for (i = 1; i <= count; i++) { split(one[i], part, ":"); limit_of["Max " part[2]] = part[1] }
			}
			$1 == "limit" { usual[$2] = $3 == "infinity" ? "unlimited" : $3; next }
			$1 == "locale" { name = substr($2, 1, index($2, "=") - 1); locale[name] = substr($2, index($2, "=") + 1); next }
			$1 == "own" { name = substr($2, 1, index($2, "=") - 1); own[name] = substr($2, index($2, "=") + 1); next }
			$1 == "groups" { for (i = 2; i <= NF; i++) in_group[$i] = 1; known = NF > 1; next }
			$1 == "name" { group[$2] = $3; next }
			$1 == "status" && $2 == "Umask:" && $3 != "0022" { tell("umask", "umask", $3, "0022"); next }
			$1 == "status" && $2 == "Gid:" { in_group[$3] = 1; next }
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
				for (name in own) if (own[name] != locale[name]) tell("locale", name, own[name], locale[name])
			}'
	done
}
