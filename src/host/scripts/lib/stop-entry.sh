# shellcheck shell=sh disable=SC2154 # said and the like of stops.sh, kept of kept.sh
# One instance of an entry of pm2's that goes on keeping the app: stopped and started, and nothing of it is changed, nor of pm2's
# dump. Needs stops.sh.

# keep_entry STOP FIELDS: for back-up.sh.
keep_entry() {
	keep_pm2 "$1" "$2"
	keep_fields "$1" "$2" how
	keep "$1" main "$(main_of_entry "$1")"
	# Room for what start_entry writes there, in place.
	printf '%-60s\n' '' >"$1/again"
}

# entry_ran STOP: whether it ran when it was backed up.
entry_ran() {
	case $(kept "$1" status) in
	online | launching | 'waiting restart' | one-launch-status) ;;
	*) return 1 ;;
	esac
}

# main_of_entry STOP: `pid ticks boot` of its process; empty where none runs.
main_of_entry() {
	boot_id
	pm2_lives "$(kept "$1" user)" "$(kept "$1" home)" && pm2_entry "$1" which || return 0
	entry_pid=$(pm2_told pid | sed -n '/^[0-9]\{1,10\}$/p')
	if [ "${entry_pid:-0}" -gt 0 ]; then
		start_ticks "$entry_pid"
		[ -z "$ticks" ] || printf '%s %s %s\n' "$entry_pid" "$ticks" "$boot"
	fi
}

stop_entry() {
	if [ "$(kept "$1" how)" = reload ]; then
		said "$1" 'goes on until it is reloaded'
		return
	fi
	pm2_lives "$(kept "$1" user)" "$(kept "$1" home)" || return 0
	pm2_entry "$1" halt || die "$(kept "$1" label): $what"
	said "$1" "$what"
}

hold_entry() { :; }

# It has to be started since the old files are back; what the backup saw, or this did before, is left alone.
start_entry() {
	now=$(main_of_entry "$1")
	again=
	read -r again <"$1/again" || :
	case $now in "$(kept "$1" main)" | "${again:-none}") [ -z "$now" ] || return 0 ;; esac
	if ! pm2_lives "$(kept "$1" user)" "$(kept "$1" home)"; then
		pm2_up "$(kept "$1" user)" "$(kept "$1" home)" "$(kept "$1" command)" ||
			die "$(kept "$1" label): pm2's daemon of $(kept "$1" home) does not start: $what"
	fi
	pm2_entry "$1" again "$(kept "$1" how)" || die "$(kept "$1" label): $what"
	said "$1" "$what"
	if entry_ran "$1"; then main_of_entry "$1" 1<>"$1/again"; fi
}

# pm2's daemon goes on listening for a cluster that it reloads.
goes_on_entry() {
	[ "$(kept "$1" how)" = reload ]
}

came_back_entry() {
	return 1
}
