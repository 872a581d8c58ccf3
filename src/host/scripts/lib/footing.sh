# shellcheck shell=sh disable=SC2034,SC2154 # newline of root-path.sh; what is set here is for the scripts behind this one
# What a look at a host rests on, told when it is inspected (inspect.sh) and again when it is claimed (claim.sh): where both say
# the same, and no file was changed since, what was read in between still holds.

# footing PATH REAL DAEMONS: `<part> <digest>`, a line each; DAEMONS are pids, one a line. Prints nothing where the host's find cannot
# tell what was changed since: then nothing is proved.
footing() {
	can_tell_changes || return 0
	footing_of place tell_place "$1" "$2"
	footing_of sockets tell_sockets
	footing_of processes tell_workers "$1" "$2" "$3"
}

# footing_of PART COMMAND…
footing_of() {
	belay_part=$1
	shift
	belay_sum=$("$@" 2>&1 | sha256sum)
	printf '%s %s\n' "$belay_part" "${belay_sum%% *}"
}

# busybox's find has no -newerct, nor may its times be to the nanosecond.
can_tell_changes() {
	find / -maxdepth 0 -newerct @0 -printf '' >/dev/null 2>&1
}

# clock: sets clock to how many seconds it is ahead of the time since boot: another where the clock was set meanwhile.
clock() {
	uptime
	clock=$(($(date +%s) - up))
}

# The boot, what is mounted, where the path leads and to which folder.
tell_place() {
	boot_id
	printf '%s\n' "$boot"
	# Of logins and of units' credentials others come and go.
	awk '$5 !~ /^\/run\/(user|credentials)(\/|$)/' /proc/self/mountinfo
	stat -c '%d:%i %f %u:%g %N' -- "$1"
	stat -L -c '%d:%i %f %u:%g' -- "$1" "$2"
}

# Every socket that listens, by its inode: one that was opened anew is another.
tell_sockets() {
	cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk '$4 == "0A" { print $2, $8, $10 }' | sort
	# Not those that come and go with a login; abstract ones are not looked at either.
	awk '$4 == "00010000" && $8 ~ /^\// && $8 !~ /^\/run\/(systemd|dbus|user)\// && $8 !~ /^\/tmp\/ssh-/ { print $7, $8 }' /proc/net/unix | sort
}

# tell_workers PATH REAL DAEMONS: what works in the app's folders, and the daemons that keep things running with their children: each by
# its pid and its start.
tell_workers() {
	{
		find /proc/[0-9]*/cwd -maxdepth 0 -printf '%h %l\0' 2>/dev/null | tr '\n\0' '?\n' | P=$1 R=$2 awk '
			function within(cwd, root) { return cwd == root || index(cwd, root "/") == 1 }
			{ cwd = substr($0, length($1) + 2); sub(/ \(deleted\)$/, "", cwd) }
			within(cwd, ENVIRON["P"]) || within(cwd, ENVIRON["R"]) || within(cwd, ENVIRON["P"] ".belay") { print substr($1, 7) }'
		[ -z "$3" ] || parents | DAEMONS=$3 awk '
			BEGIN { n = split(ENVIRON["DAEMONS"], one, "\n"); for (i = 1; i <= n; i++) if (one[i] != "") daemon[one[i]] = 1 }
			{ split($1, part, "/") }
			part[3] in daemon || $2 in daemon { print part[3] }'
	} | sort -un | while read -r belay_pid; do
		start_ticks "$belay_pid"
		printf '%s %s\n' "$belay_pid" "$ticks"
	done
}

# keepers_states: of what `systemctl show` says on stdin what may change without a file.
keepers_states() {
	grep -E '^(Id|LoadState|ActiveState|UnitFileState|MainPID|NeedDaemonReload)='
}

states_asked=Id,LoadState,ActiveState,UnitFileState,MainPID,NeedDaemonReload
