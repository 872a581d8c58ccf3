# shellcheck shell=sh disable=SC2034,SC2154 # fields; what is set here is for the scripts that include this
# What keeps a release running. Every keeper has the same functions, <kind>_<verb>, in keeper-<kind>.sh:
#   pids       its processes, one a line
#   facts      what it says of the release: lines `keeper NAME=VALUE`, which src/host/keepers/ judges
# and those that belay.yml can name:
#   place      what stdin defines behind the environment, into the release's record; it takes effect. Where early is set the old
#              version runs still: what cannot be prepared beside it unsets early, and is asked again
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
#   readable   whether the log of the release that serves can be read; else it ends the script, and says why
#   log        shows its last lines: LINES, and `follow` where what comes is shown too
#   last_log   what a release wrote that failed: SINCE, in seconds since the epoch, and LINES at most
# They read record (what belay knows of the release, for root alone) and tree of the release; back_up the backup's folder.

# use_keeper TEXT: sets keeper_kind, keeper_name and what else its kind needs (src/host/keepers/<kind>.ts), each from the field of
# that name; keeper_label, as a person says it; definition, the file of a release's record that says how this kind starts it.
use_keeper() {
	fields_as keeper_ "$1" kind name label definition user home command config socket backup unit by path program entry how owner
	definition=$keeper_definition
	unit_file=/etc/systemd/system/$keeper_name
}

# recorded_keeper RECORD: the same of what keeps the release of that record; fails where it was never started.
recorded_keeper() {
	if [ -f "$1/keeper" ]; then
		use_keeper "$(cat -- "$1/keeper")"
		return
	fi
	# Of an earlier belay's release the file says it that the keeper was given.
	for earlier in pm2 systemd; do
		if "${earlier}_earlier" "$1"; then return 0; fi
	done
	return 1
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
	for pid in $("${keeper_kind}_pids"); do
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
