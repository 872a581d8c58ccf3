# shellcheck shell=sh disable=SC2154 # variables of manager.sh and of the script that includes this
# A release that nothing keeps, while it is rehearsed: $keeper is the folder in which rehearse.sh noted who it is.

process_pids() {
	process_main
	if [ -n "$main" ]; then family "$main" | cut -d ' ' -f 1; fi
}

# process_main: sets main and main_ticks; main is empty where it has ended.
process_main() {
	main='' main_ticks='' main_boot=''
	if [ -s "$keeper/pid" ]; then read -r main main_ticks main_boot <"$keeper/pid"; fi
	boot_id
	if [ "$main_boot" != "$boot" ] || ! alive "$main" "$main_ticks"; then main=; fi
}

process_facts() {
	process_main
	if [ -n "$main" ]; then printf 'keeper pid=%s\nkeeper ticks=%s\n' "$main" "$main_ticks"; fi
}
