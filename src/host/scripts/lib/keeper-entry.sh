# shellcheck shell=sh disable=SC2034,SC2154 # variables of keeper.sh, of pm2.sh, and of the script that includes this
# Somebody's own entry of pm2's as the keeper of a release, all instances of the name $keeper_name in the daemon of
# $keeper_owner's $keeper_home. Nothing of it is
# changed, nor of pm2's dump. $keeper_how is `reload` where its cluster is reloaded instance by instance, else `restart`. See keeper.sh;
# needs pm2.sh and processes.sh.

# entry_ask OPERATION ARGUMENT…: asks the daemon; sets what.
entry_ask() {
	pm2_ask "$keeper_owner" "$keeper_home" "$keeper_command" "$@" </dev/null
}

# entry_lines: `<id> <status> <pid>` of each instance; nothing where no daemon lives. A pid is believed where the process is the daemon's own
# child: the daemon may say what it likes.
entry_lines() {
	pm2_lives "$keeper_owner" "$keeper_home" || return 0
	entry_ask own "$keeper_name" || return 0
	printf '%s\n' "$what" | sed -n 's/^instance=\([0-9]\{1,6\} [a-z-]* [0-9]\{1,10\}\)$/\1/p' | while read -r id status pid; do
		[ "$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$pid/status" 2>/dev/null)" = "${daemon#/proc/}" ] || pid=0
		echo "$id $status $pid"
	done
}

# mains_of LINES: `pid ticks` of each that runs.
mains_of() {
	printf '%s\n' "$1" | while read -r _ _ pid; do
		[ "${pid:-0}" -gt 0 ] || continue
		start_ticks "$pid"
		[ -z "$ticks" ] || printf '%s %s\n' "$pid" "$ticks"
	done
}

# With the daemon, which listens for a cluster.
entry_pids() {
	mains_of "$(entry_lines)" | while read -r pid _; do family "$pid" | cut -d ' ' -f 1; done
	if pm2_lives "$keeper_owner" "$keeper_home"; then echo "${daemon#/proc/}"; fi
}

# `instances` has for each ID:STATUS:PID:TICKS:in|out, where the last says whether it works in the release's tree.
entry_facts() {
	if pm2_lives "$keeper_owner" "$keeper_home"; then echo "keeper daemon=${daemon#/proc/}"; fi
	lines=$(entry_lines)
	printf 'keeper instances=%s\n' "$(printf '%s\n' "$lines" | while read -r id status pid; do
		[ -n "$id" ] || continue
		ticks='' where=out
		if [ "$pid" -gt 0 ]; then
			start_ticks "$pid"
			if in_tree "$pid"; then where=in; fi
		fi
		printf '%s:%s:%s:%s:%s ' "$id" "$status" "$pid" "$ticks" "$where"
	done)"
	if [ -z "${record-}" ] && state_of "${tree%.belay/releases/*}"; then
		noted=${tree%/tree}
		record=$own/releases/${noted##*/}
	fi
	noted=${record-}/entry-began
	if [ -f "$noted" ] && [ "$(sort "$noted")" != "$(mains_of "$lines" | sort)" ]; then echo 'keeper restarts=1'; fi
}

entry_place() {
	part "$record/env-file.sh" 600
	rm -f -- "$record/entry-began"
}

# What served is started anew, whatever of it runs by now; where nothing served, all of that name.
entry_launch() {
	began=$(date +%s)
	ids=
	read_owner "$own" && backup_of "$own" "$owner_deployment"
	for stop in "${backup:-/none}"/stops/*; do
		if [ "$(kept "$stop" kind)" = entry ] && entry_ran "$stop"; then ids="$ids $(kept "$stop" id)"; fi
	done
	# shellcheck disable=SC2086 # numbers
	if ! entry_ask renew "$keeper_name" "$keeper_how" $ids; then
		echo "$what"
		return 1
	fi
	mains_of "$(entry_lines)" >"$record/entry-began"
	# For app-log.sh.
	if entry_ask own "$keeper_name"; then printf '%s\n' "$what" | sed -n 's/^log=\(\/.*\)$/\1/p' | sort -u >"$record/logs"; fi
	if [ ! -s "$record/entry-began" ]; then
		echo 'pm2 says that it was started, and no process of its daemon is of that entry'
		return 1
	fi
	# What has run since before has the old files.
	if [ -n "$backup" ]; then
		old=$(grep -Fxf "$record/entry-began" "$backup/entry-ran" || :)
		if [ -n "$old" ]; then
			echo "pm2 did not start anew what runs as pid $(printf '%s\n' "$old" | cut -d ' ' -f 1 | tr '\n' ' ')"
			return 1
		fi
	fi
}

entry_ended() {
	left=$(those_left <"$record/entry-began")
	[ "$left" != "$(cat -- "$record/entry-began")" ] || return 1
	echo 'ended'
}

entry_main() {
	head -n 1 "$record/entry-began" | cut -d ' ' -f 1
}

entry_tell_log() {
	entry_ask own "$keeper_name" || return 0
	printf '%s\n' "$what" | sed -n 's/^log=\(\/.*\)$/\1/p' | sort -u | head -n 8 | while IFS= read -r log_file; do
		as_uid "$uid" tail -n 20 -- "$log_file" 2>/dev/null | at_most 65536
	done
}

entry_back_up() {
	lines=$(entry_lines)
	[ -n "$lines" ] || changed "expected $keeper_label"
	mains_of "$lines" >"$folder/entry-ran"
}

# Whether it was started since the backup.
entry_owned() {
	[ "$(mains_of "$(entry_lines)" | sort)" != "$(sort "$backup/entry-ran")" ]
}

entry_hold() { :; }

# A cluster goes on until the old files are back: startOld reloads it then.
entry_remove() {
	[ "$keeper_how" = reload ] || entry_ask halt-all "$keeper_name" || die "$keeper_label: $what"
}

entry_at_boot() { :; }

entry_forget() { :; }

entry_readable() {
	[ -s "$record/logs" ] || die "what $keeper_name writes cannot be read: pm2 logs $keeper_name"
}

# pm2 writes a file an instance and stream; as whom their folder belongs to, who may have put a link there.
entry_log() {
	how_many=$1 follow_on=$2 log_folder=
	set --
	while IFS= read -r log_file; do
		[ "${log_file%/*}" = "${log_folder:=${log_file%/*}}" ] || continue
		if enter "$log_folder" && fits_reading && as_owner test -r "./${log_file##*/}"; then set -- "$@" "./${log_file##*/}"; fi
	done <"$record/logs"
	[ $# -gt 0 ] || die "what $keeper_name writes cannot be read: pm2 logs $keeper_name"
	as_owner tail -q -n "$how_many" ${follow_on:+-F} -- "$@"
}

entry_last_log() { :; }
