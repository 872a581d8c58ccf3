# shellcheck shell=sh
# The processes of a systemd unit.

# unit_pids UNIT: one a line; of sub-groups too.
unit_pids() {
	group=$(systemctl show -p ControlGroup --value "$1")
	[ -n "$group" ] || return 0
	for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/systemd /sys/fs/cgroup/unified; do
		if [ -f "$hierarchy$group/cgroup.procs" ]; then
			find "$hierarchy$group" -name cgroup.procs -exec cat {} + 2>/dev/null || :
			return 0
		fi
	done
}

# unit_listens UNIT: the TCP ports on which its processes listen, in words.
unit_listens() {
	for pid in $(unit_pids "$1"); do
		# The links' targets are wanted, not the names.
		# shellcheck disable=SC2012
		ls -l "/proc/$pid/fd" 2>/dev/null | sed -n 's/.*socket:\[\([0-9]*\)\]$/\1/p'
	done | sort -u | while read -r inode; do
		cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
			awk -v inode="$inode" '$4 == "0A" && $10 == inode { sub(/.*:/, "", $2); print $2 }'
	done | sort -u | {
		ports=
		while read -r port; do ports="$ports, port $(printf '%d' "0x$port")"; done
		printf '%s\n' "${ports:-, nothing}" | cut -c 3-
	}
}
