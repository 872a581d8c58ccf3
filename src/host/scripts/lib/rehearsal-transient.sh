# shellcheck shell=sh disable=SC2154 # variables of keeper.sh, and of rehearse.sh
# belay:with keeper-systemd.sh
# A release that is rehearsed by a transient unit of systemd's, $keeper_name.

# In a rehearsal the path's own name leads where it always does.
live_of_systemd() {
	printf '%s\n' "$path"
}

boot_systemd() {
	command -v systemd-run >/dev/null || die "no systemd-run on the host: install systemd, or set rehearse: false"
	set -- "--property=WorkingDirectory=$base/$tree"
	# Read by systemd itself only where nobody else than root can have put it there; else by the start script.
	[ "$env_by" = user ] || set -- "$@" "--property=EnvironmentFile=$env_file" --setenv=BELAY_ENV_FILE=read
	[ -z "$runtime" ] || set -- "$@" "--property=RuntimeDirectory=$runtime"
	if [ "$keeper_by" = as-running ]; then
		if [ -n "$keeper_program$keeper_entry" ]; then
			with_its_variables
		else
			# As pm2 calls the first of an entry's instances.
			set -- "$@" --setenv=NODE_APP_INSTANCE=0
		fi
		# And as it asks its processes to end.
		[ -n "$keeper_program" ] || set -- "$@" --property=KillSignal=SIGINT
		as_running "$user" "$live_at" >"$notes/as-running"
		while IFS= read -r property; do set -- "$@" "--property=$property"; done <"$notes/as-running"
	fi
	if [ -n "$seconds" ]; then
		set -- "$@" --property=TimeoutStopSec=5 --property=RuntimeMaxSec="$seconds"
	else
		[ -z "$runtime" ] || set -- "$@" --property=RuntimeDirectoryPreserve=restart
		set -- "$@" --property=TimeoutStopSec=30 --property=Restart=always --property=RestartSec=1
	fi
	systemd-run --quiet --collect --unit="$keeper_name" --description="Release $release beside the one that serves" \
		--property=User="$user" --property=KillMode=mixed "$@" /bin/sh "$base/$rehearsal/start"
}

end_by_systemd() {
	systemctl stop "$keeper_name" 2>/dev/null || :
	systemctl reset-failed "$keeper_name" 2>/dev/null || :
}
