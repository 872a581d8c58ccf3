# shellcheck shell=sh disable=SC2154 # variables of manager.sh and of the script that includes this
# pm2 as the keeper of a release, by the entry $keeper in the daemon of $keeper_home. See manager.sh; needs pm2.sh. Entries
# of several releases may bear the name, the old one's stopped: which is meant, its folder says.

# pm2_state: what the daemon says of the entry, as lines NAME=VALUE.
pm2_state() {
	what=
	! pm2_lives "$keeper_home" || pm2_ask "$keeper_home" "$keeper_command" state "$keeper" "$tree"
}

pm2_pids() {
	if [ -z "${main-}" ]; then
		pm2_state || return 0
		main=$(printf '%s\n' "$what" | sed -n 's/^pid=//p')
	fi
	if [ "${main:-0}" -gt 0 ]; then family "$main" | cut -d ' ' -f 1; fi
}

pm2_facts() {
	if ! pm2_state; then
		echo "keeper status=unknown: $what" | head -n 1
		return
	fi
	printf '%s\n' "$what" | sed 's/^/keeper /'
	start_ticks "$(printf '%s\n' "$what" | sed -n 's/^pid=//p')"
	echo "keeper ticks=$ticks"
}

pm2_place() {
	part "$record/entry" 600
	part "$record/env-file.sh" 600
	printf '%s\n' "$keeper_user" >"$record/user"
	if [ -n "$env_file" ] && ! as_user "$keeper_user" test -r "$env_file"; then
		die "env_file $env_file cannot be read by $keeper_user, as whom pm2 starts the app: chown or chmod it"
	fi
	pm2_lives "$keeper_home" || {
		said=$(pm2_up "$keeper_user" "$keeper_home" "$keeper_command") || die "pm2's daemon of $keeper_home does not start: $said"
		# The way back ends it again.
		cp -- "$keeper_home/pm2.pid" "$record/daemon-started"
	}
	log_file=$keeper_home/logs/$keeper.log
	stat -c %s "$log_file" >"$record/log-from" 2>/dev/null || echo 0 >"$record/log-from"
}

pm2_launch() {
	if ! pm2_ask "$keeper_home" "$keeper_command" begin "$record/entry" "$keeper_user" "$(home_of "$keeper_user")"; then
		echo "$what"
		return 1
	fi
	main=$what
	start_ticks "$main"
	boot_id
	# For a way back that finds pm2's daemon gone.
	printf '%s %s %s\n' "$main" "$ticks" "$boot" >"$record/main"
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
	pm2_ask "$keeper_home" "$keeper_command" drop "$keeper" "$tree" || die "$keeper_label: $what"
	# What pm2 did not end, or has lost sight of because its daemon is gone.
	if [ -n "$left" ]; then
		printf '%s\n' "$left" | those_left | while read -r pid started; do end_process "$pid" "$started"; done
	fi
	if [ -s "$record/daemon-started" ] && cmp -s "$record/daemon-started" "$keeper_home/pm2.pid"; then
		pm2_ask "$keeper_home" "$keeper_command" close || :
	fi
}

pm2_at_boot() {
	pm2_ask "$keeper_home" "$keeper_command" save "$keeper" "$tree" || die "$keeper_label: $what"
}

pm2_forget() { :; }
