# shellcheck shell=sh disable=SC2034,SC2154 # variables of common.sh, kept.sh, pm2.sh and the script that includes this
# A unit that stops, or one that keeps both versions.

# keep_unit STOP FIELDS: for back-up.sh and quiesce-since.sh, which say what `changed` is.
keep_unit() {
	keep_fields "$1" "$2" unit stays
	unit=$(kept "$1" unit)
	keep "$1" enabled "$(systemctl is-enabled "$unit" 2>/dev/null || :)"
	keep "$1" state "$(systemctl show -p ActiveState --value "$unit")"
	keep "$1" invocation "$(invocation_of "$unit")"
	# Room for what start_staying writes there, in place.
	printf '%-40s\n' '' >"$1/again"
	file=$(systemctl show -p FragmentPath --value "$unit")
	if [ -f "$file" ]; then cp -p -- "$file" "$1/unit-file"; fi
}

stop_unit() {
	unit=$(kept "$1" unit)
	case $(kept "$1" stays) in
	waits)
		said "$1" 'goes on until it is restarted: requests wait in its socket then'
		return
		;;
	stops)
		systemctl stop "$unit"
		said "$1" 'stopped'
		return
		;;
	esac
	# Until the commit nothing starts at boot, neither the old version with the new one's files nor the new one.
	# systemd hears of it at the reload of `start` or `commit`.
	[ "$(kept "$1" enabled)" != enabled ] || systemctl disable --quiet --no-reload "$unit"
	case $(systemctl show -p ActiveState --value "$unit") in
	inactive | failed) said "$1" 'does not run; kept from starting at boot' ;;
	*)
		systemctl stop "$unit"
		said "$1" 'stopped; kept from starting at boot'
		;;
	esac
}

hold_unit() {
	unit=$(kept "$1" unit)
	[ -z "$(kept "$1" stays)" ] || return 0
	if [ "$(kept "$1" enabled)" = enabled ] && ! systemctl is-enabled --quiet "$unit" 2>/dev/null; then
		systemctl enable --quiet "$unit"
		said "$1" 'starts at boot again'
	fi
}

start_unit() {
	unit=$(kept "$1" unit)
	if [ -n "$(kept "$1" stays)" ]; then
		start_staying "$1"
		return
	fi
	case $(kept "$1" state) in
	active | reloading | activating) ;;
	*) return 0 ;;
	esac
	case $(systemctl show -p ActiveState --value "$unit") in
	active | reloading | activating) return 0 ;;
	esac
	bring_up "$1" start
	said "$1" 'started again'
}

# bring_up STOP VERB: starts or restarts its unit.
bring_up() {
	systemctl reset-failed "$unit" 2>/dev/null || :
	if [ "$(kept "$1" state)" = activating ]; then
		# It kept failing before, and may do so again.
		systemctl "$2" --no-block "$unit"
	else
		systemctl "$2" "$unit" || die "$(kept "$1" label): does not start again: $(systemctl status --no-pager -n 10 "$unit" 2>&1)"
	fi
}

# start_staying STOP: a unit that keeps both versions has to be started since the old files are back; what the backup saw, or this
# did before, is left alone.
start_staying() {
	state=$(systemctl show -p ActiveState --value "$unit")
	now=$(invocation_of "$unit")
	again=
	read -r again <"$1/again" || :
	case $state/$now in
	active/"$(kept "$1" invocation)" | active/"${again:-none}") return 0 ;;
	esac
	case $(kept "$1" state) in
	active | reloading | activating) ;;
	*)
		systemctl stop "$unit"
		return
		;;
	esac
	bring_up "$1" restart
	# Into the room that backUp made.
	printf '%s\n' "$(invocation_of "$unit")" 1<>"$1/again"
	said "$1" 'started again'
}

is_back_unit() {
	fields_as back_ "$1" unit
	systemctl is-active --quiet "$back_unit"
}

# A socket unit goes on listening for a service that stays.
goes_on_unit() {
	[ "$(kept "$1" stays)" = waits ]
}

came_back_unit() {
	[ "$(kept "$1" unit)" != "$keeper_name" ] && systemctl is-active --quiet "$(kept "$1" unit)"
}

stop_again_unit() {
	what=$(systemctl stop "$(kept "$1" unit)" 2>&1) || :
}
