# shellcheck shell=sh disable=SC2154 # variables of keeper.sh and of the script that includes this
# A release that nothing keeps, while it is rehearsed: $keeper_name is its name, $keeper_path the app's path. Needs state.sh.

process_pids() {
	process_main
	if [ -n "$main" ]; then family "$main" | cut -d ' ' -f 1; fi
}

# process_main: sets main and main_ticks; main is empty where it has ended.
process_main() {
	main='' main_ticks='' main_boot=''
	state_of "$keeper_path" || return 0
	noted=$own/releases/$keeper_name/rehearsal/pid
	if [ -s "$noted" ]; then read -r main main_ticks main_boot <"$noted"; fi
	boot_id
	if [ "$main_boot" != "$boot" ] || ! alive "$main" "$main_ticks"; then main=; fi
}

process_facts() {
	process_main
	if [ -n "$main" ]; then printf 'keeper pid=%s\nkeeper ticks=%s\n' "$main" "$main_ticks"; fi
}

# In a rehearsal the path's own name leads where it always does.
live_of_process() {
	printf '%s\n' "$path"
}

# As pm2's daemon would start it, but under nothing: a shell in a session of its own notes who it is, and becomes it.
boot_process() {
	[ "$env_by" = user ] || die "env_file $env_file cannot be read by $user, as whom pm2 starts the app: chown or chmod it"
	[ -z "$keeper_program$keeper_entry" ] || with_its_variables
	mkdir -- "./$rehearsal/run"
	if [ "$(id -u)" -eq 0 ]; then chown -- "$user" "./$rehearsal/run"; fi
	set -- timeout -k 5 "$seconds" env -i HOME="$(home_of "$user")" USER="$user" LOGNAME="$user" SHELL=/bin/sh PATH="$PATH" \
		/bin/sh "$base/$rehearsal/start"
	if [ "$(id -un)" != "$user" ]; then
		set -- setpriv --reuid "$(id -u "$user")" --regid "$(id -g "$user")" --init-groups -- "$@"
	fi
	enter_below "$tree" || die "$base/$tree is no folder"
	# Expanded by the shell that reads this.
	# shellcheck disable=SC2016
	setsid -f sh -c '
		IFS= read -r stat </proc/$$/stat
		read -r boot </proc/sys/kernel/random/boot_id
		echo "$$ $(echo "${stat##*) }" | cut -d " " -f 20) $boot" >"$1"
		shift
		exec "$@"' sh "$notes/pid" "$@" </dev/null >"$notes/log" 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
	base_again
	tenths=0
	until [ -s "$notes/pid" ]; do
		[ "$tenths" -lt 50 ] || die "the rehearsal could not be started: $(cat "$notes/log")"
		sleep 0.1
		tenths=$((tenths + 1))
	done
}

# with_its_variables: before belay's own, those that the process of what will keep it was given; they stay on the host, for the app's
# user alone.
with_its_variables() {
	its_main
	(umask 077 && {
		its_variables | at_spare
		cat -- "./$rehearsal/environment"
	} >"$notes/variables")
	# In place: it is the app user's, and nobody else's.
	cat -- "$notes/variables" >"./$rehearsal/environment"
}

end_by_process() {
	process_main
	if [ -n "$main" ]; then end_process "$main" "$main_ticks"; fi
}
