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
