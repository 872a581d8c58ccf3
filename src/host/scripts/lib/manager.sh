# shellcheck shell=sh disable=SC2034 # what is set here is for the scripts that include this
# What keeps a release running. Every keeper has the same functions, <keeper>_<verb>, in manager-<keeper>.sh:
#   pids       its processes, one a line
#   facts      what it says of the release: lines `keeper NAME=VALUE`, which src/host/manager/ judges
# and those that belay.yml can name:
#   place      what stdin defines behind the environment, into the release's record; it takes effect
#   launch     starts it; fails, and says why, where the keeper refuses
#   ended      whether it ended since then; says how
#   main       its first process
#   tell_log   the last it wrote since then
#   back_up    keeps the definition that is there
#   owned      whether what runs under this name is of this release
#   hold       whether that starts with the host is as it was
#   remove     ends it and puts back the definition that was there before, and whether that starts with the host
#   at_boot    from now on it starts with the host; systemd hears of it at the caller's daemon-reload
#   forget     what only the way back needed
# They read record (what belay knows of the release, for root alone) and tree of the release; back_up the backup's folder.

# use_manager KIND NAME USER HOME COMMAND PROGRAM: the last four are pm2's. Of a bare process HOME is its app's path. Of a unit
# that belay did not make HOME is `waits` where a socket unit holds its address, COMMAND the unit that belay would have made; of a
# program of supervisord's USER is that unit, HOME the configuration, COMMAND supervisorctl. Of a process that is rehearsed with the
# variables of such a program USER is that, COMMAND supervisorctl, PROGRAM the configuration.
# Of what kept an adopted version before, NAME is belay's own unit and HOME the number of the backup.
use_manager() {
	manager=$1
	keeper=$2
	keeper_user=$3
	keeper_home=$4
	keeper_command=$5
	pm2_program=$6
	keeper_label=$keeper
	# Whose dead man's switch watches over a deployment.
	watched=$keeper
	definition=unit
	case $manager in
	pm2)
		keeper_label="pm2 entry $keeper of $keeper_user"
		definition=entry
		;;
	before)
		keeper_label='what kept the version before belay'
		definition=environment
		;;
	unit)
		watched=$keeper_command
		definition=keeper
		;;
	program)
		keeper_label="supervisor program $keeper"
		watched=$keeper_user
		definition=keeper
		;;
	esac
	unit_file=/etc/systemd/system/$keeper
}

# part FILE MODE: writes the next part of stdin, `<bytes>\n<text>`; where as_before is set, not over a file that is there.
part() {
	IFS= read -r bytes
	if [ -n "${as_before-}" ] && [ -s "$1" ]; then
		dd bs="$bytes" count=1 iflag=fullblock >/dev/null 2>&1
	else
		dd bs="$bytes" count=1 iflag=fullblock 2>/dev/null | whole "$1" "$2"
	fi
}

# listens_on: the TCP ports on which its processes listen, in words.
listens_on() {
	for pid in $("${manager}_pids"); do
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
