# shellcheck shell=sh disable=SC2154 # variables of keeper.sh and of the script that includes this
# belay:with keeper-entry.sh
# pm2 as the keeper of a release, by the entry $keeper_name in the daemon of $keeper_home. See keeper.sh; needs pm2.sh. Entries
# of several releases may bear the name, the old one's stopped: which is meant, its folder says.

# pm2_keeper OPERATION ARGUMENT…: asks the daemon.
pm2_keeper() {
	pm2_ask "$keeper_user" "$keeper_home" "$keeper_command" "$@"
}

# pm2_state: what the daemon says of the entry, as lines NAME=VALUE.
pm2_state() {
	what=
	! pm2_lives "$keeper_user" "$keeper_home" || pm2_keeper state "$keeper_name" "$tree" </dev/null
}

pm2_pids() {
	if [ -z "${main-}" ]; then
		pm2_state || return 0
		main=$(pm2_pid)
	fi
	if [ "${main:-0}" -gt 0 ]; then family "$main" | cut -d ' ' -f 1; fi
}

# pm2_pid: of those lines the entry's process, where it is a number.
pm2_pid() {
	pm2_told pid | sed -n '/^[0-9]\{1,10\}$/p'
}

pm2_facts() {
	if ! pm2_state; then
		echo "keeper status=unknown: $what" | head -n 1
		return
	fi
	printf '%s\n' "$what" | sed 's/^/keeper /'
	start_ticks "$(pm2_pid)"
	echo "keeper ticks=$ticks"
}

pm2_place() {
	# Its daemon may have to be started for it, and both versions write to one log.
	if [ -n "${early-}" ]; then
		early=
		return 0
	fi
	part "$record/start" 600
	part "$record/entry" 600
	part "$record/env-file.sh" 600
	printf '%s\n' "$keeper_user" >"$record/user"
	if [ -n "$env_file" ] && ! as_user "$keeper_user" test -r "$env_file"; then
		die "env_file $env_file cannot be read by $keeper_user, as whom pm2 starts the app: chown or chmod it"
	fi
	pm2_lives "$keeper_user" "$keeper_home" || {
		pm2_up "$keeper_user" "$keeper_home" "$keeper_command" || die "pm2's daemon of $keeper_home does not start: $what"
		# The way back ends it again.
		if pm2_lives "$keeper_user" "$keeper_home"; then echo "${daemon#/proc/}" >"$record/daemon-started"; fi
	}
	log_file=$keeper_home/logs/$keeper_name.log
	as_uid "$uid" stat -L -c %s -- "$log_file" 2>/dev/null | at_most 20 | sed -n '/^[0-9]*$/p' >"$record/log-from"
	[ -s "$record/log-from" ] || echo 0 >"$record/log-from"
}

pm2_launch() {
	if ! pm2_keeper begin "$keeper_user" "$(home_of "$keeper_user")" <"$record/entry"; then
		echo "$what"
		return 1
	fi
	main=$(pm2_pid)
	if ! pm2_may_end "${main:-none}"; then
		echo "pm2 says that it started ${main:-nothing}: expected the number of a process of $keeper_user"
		return 1
	fi
	start_ticks "$main"
	boot_id
	# For a way back that finds pm2's daemon gone.
	printf '%s %s %s\n' "$main" "$ticks" "$boot" >"$record/main"
}

# pm2_may_end PID: whether that is the user's own. He could end it himself, whatever his pm2 says of it.
pm2_may_end() {
	pm2_uid "$keeper_user" || return 1
	pm2_whose=$uid
	real_uid "/proc/$1"
	[ "$uid" = "$pm2_whose" ]
}

pm2_ended() {
	read -r main started _ <"$record/main"
	if alive "$main" "$started"; then return 1; fi
	echo "ended"
}

pm2_main() {
	echo "$main"
}

pm2_tell_log() {
	read -r before <"$record/log-from"
	log_since "$log_file" "$before" 30 2>/dev/null
}

# What was there before is one of the things that stop, and is kept as such.
pm2_back_up() { :; }

pm2_owned() { :; }

pm2_hold() { :; }

pm2_remove() {
	started='' boot_before=''
	if [ -s "$record/main" ]; then read -r main started boot_before <"$record/main"; fi
	boot_id
	if [ "$boot_before" != "$boot" ]; then main=; fi
	left=
	if [ -n "${main-}" ] && alive "$main" "$started"; then left=$(family "$main"); fi
	pm2_keeper drop "$keeper_name" "$tree" </dev/null || die "$keeper_label: $what"
	# What pm2 did not end, or has lost sight of because its daemon is gone.
	if [ -n "$left" ]; then
		printf '%s\n' "$left" | those_left | while read -r pid started; do
			if pm2_may_end "$pid"; then end_process "$pid" "$started"; fi
		done
	fi
	if [ ! -s "$record/daemon-started" ] || ! pm2_lives "$keeper_user" "$keeper_home"; then return 0; fi
	read -r pid <"$record/daemon-started" || :
	if [ "/proc/$pid" = "$daemon" ]; then pm2_keeper close </dev/null || :; fi
}

pm2_at_boot() {
	pm2_keeper save "$keeper_name" "$tree" </dev/null || die "$keeper_label: $what"
}

pm2_forget() { :; }

# As whom the folder belongs to, who may have put a link there.
pm2_readable() {
	file=$(entry_value "$record" pm_out_log_path)
	if ! enter "${file%/*}" || ! fits_reading || ! as_owner test -r "./${file##*/}"; then
		die "$file, where pm2 writes the app's output, cannot be read"
	fi
}

# By name, so that a rotated file is followed on.
pm2_log() {
	file=$(entry_value "$record" pm_out_log_path)
	enter "${file%/*}" || exit
	as_owner tail -n "$1" ${2:+-F} -- "./${file##*/}"
}

pm2_last_log() {
	from=0
	[ ! -s "$record/log-from" ] || read -r from <"$record/log-from"
	log_since "$(entry_value "$record" pm_out_log_path)" "$from" "$2"
}

# entry_value RECORD KEY: a text of pm2's entry, as belay wrote it: one key a line.
entry_value() {
	sed -n 's/^ *"'"$2"'": "\(.*\)",\{0,1\}$/\1/p' "$1/entry" | head -n 1
}

# pm2_earlier RECORD: the record of a release that an earlier belay started.
pm2_earlier() {
	[ -f "$1/entry" ] || return 1
	use_keeper "kind=pm2
name=$(entry_value "$1" name)
user=$(entry_value "$1" username)"
}
