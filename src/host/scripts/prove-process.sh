# What the new release's unit is doing, and who listens at the app's address: src/host/process-proof.ts judges it.
# $1 unit   $2 `port` or `socket`   $3 the port, or the socket's path   $4 the release's tree
# Output, one fact a line: `uid N`; `ticks N`; `tree PATH`, without symlinks; `unit NAME=VALUE`; `listener INODE ADDRESS`;
# and for each process that holds a listener `process PID START INODE`, `cgroup PID PATH`, `cwd PID PATH`, `release PID NAME`.
set -u
export LC_ALL=C
unit=$1 kind=$2 at=$3 tree=$4

printf 'uid %s\n' "$(id -u)"
printf 'ticks %s\n' "$(getconf CLK_TCK 2>/dev/null || echo 100)"
printf 'tree %s\n' "$(readlink -f "$tree" 2>/dev/null || printf '%s' "$tree")"
if command -v systemctl >/dev/null; then
	systemctl show "$unit" -p ActiveState -p SubState -p Result -p NRestarts -p MainPID -p ExecMainStatus \
		-p ExecMainStartTimestampMonotonic 2>&1 | sed 's/^/unit /'
fi

# State 0A is LISTEN; a listening unix socket carries the flag 00010000. From the kernel rather than from ss, which a host
# may lack.
if [ "$kind" = port ]; then
	listeners=$(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
		PORT=$(printf '%04X' "$at") awk '$4 == "0A" && $2 ~ ":" ENVIRON["PORT"] "$" { print $10, $2 }')
else
	listeners=$(AT=$at REAL=$(readlink -f "$at" 2>/dev/null) awk '
		$4 == "00010000" {
			inode = $7
			path = $0
			sub(/^([^ ]+ +)([^ ]+ +)([^ ]+ +)([^ ]+ +)([^ ]+ +)([^ ]+ +)[^ ]+ /, "", path)
			if (path == ENVIRON["AT"] || path == ENVIRON["REAL"]) print inode, path
		}' /proc/net/unix)
fi
[ -n "$listeners" ] || exit 0
printf '%s\n' "$listeners" | sed 's/^/listener /'

# One ls for all processes; a readlink for each descriptor would take seconds.
# shellcheck disable=SC2012 # what is read is the link's target, which the kernel writes
holders=$(ls -l /proc/[0-9]*/fd 2>/dev/null | LISTENERS=$listeners awk '
	BEGIN {
		count = split(ENVIRON["LISTENERS"], lines, "\n")
		for (i = 1; i <= count; i++) { split(lines[i], part, " "); wanted["socket:[" part[1] "]"] = part[1] }
	}
	/^\/proc\// { split($1, folder, "/"); pid = folder[3] }
	$NF in wanted { if (!seen[pid, $NF]++) print pid, wanted[$NF] }' | head -n 400)
[ -n "$holders" ] || exit 0

printf '%s\n' "$holders" | while read -r pid inode; do
	start_ticks "$pid"
	[ -n "$ticks" ] || continue
	printf 'process %s %s %s\n' "$pid" "$ticks" "$inode"
	sed -n -e "s/^0::/cgroup $pid /p" -e "s/^[0-9]*:name=systemd:/cgroup $pid /p" "/proc/$pid/cgroup" 2>/dev/null
	printf 'cwd %s %s\n' "$pid" "$(readlink -n "/proc/$pid/cwd" 2>/dev/null | tr '\n' '?')"
	tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | sed -n "s/^BELAY_RELEASE=/release $pid /p" | head -n 1
done
