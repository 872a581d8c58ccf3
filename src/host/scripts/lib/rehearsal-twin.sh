# shellcheck shell=sh disable=SC2154 # variables of keeper.sh, and of rehearse.sh
# A release that is started by the command and the variables of somebody's own keeper, in the limits, groups and priority of its
# process: $keeper_name is a unit of /run alone, in whose eyes every name of the app's path leads to the staged tree. That keeper is the program $keeper_program of supervisord's, or the entry $keeper_entry
# of $keeper_owner's pm2. Needs keeper-systemd.sh, unit-address.sh, pm2.sh, as-running.sh and what rehearse.sh includes.

twin_pids() {
	systemd_pids
}

twin_facts() {
	systemd_facts
}

end_by_twin() {
	end_by_copy
}

# its_main: sets main to a process of it; 0 where none runs.
its_main() {
	if [ -n "$keeper_program" ]; then
		main=$(timeout 20 "$keeper_command" -c "$keeper_config" status </dev/null 2>/dev/null | NAME=$keeper_program awk '
			BEGIN { group = ENVIRON["NAME"] ":" }
			($1 == ENVIRON["NAME"] || index($1, group) == 1) && $3 == "pid" { print $4 + 0; exit }')
	else
		main=
		if its_entry own; then
			main=$(printf '%s\n' "$what" | sed -n 's/^instance=[0-9]* [a-z-]* \([1-9][0-9]\{0,9\}\)$/\1/p' | head -n 1)
		fi
	fi
	main=${main:-0}
}

# its_entry OPERATION: asks pm2 as the entry's user; sets what.
its_entry() {
	pm2_ask "$keeper_owner" "$keeper_home" "$keeper_command" "$1" "$keeper_entry" </dev/null
}

# its_variables: NAME='value', one after another, as its process was given them; after its_main. They stay on the host.
its_variables() {
	if [ -n "$keeper_program" ]; then
		[ -r "/proc/$main/environ" ] || die "supervisor program $keeper_program does not run: its variables cannot be known"
		tr '\000\012' '\012\001' <"/proc/$main/environ" | grep -E '^[A-Za-z_][A-Za-z0-9_]*=' |
			grep -Ev '^(PPID|UID|EUID|BASHOPTS|SHELLOPTS|BASH_VERSINFO|PWD|OLDPWD|SHLVL|_)=' |
			sed "s/'/'\\\\''/g; s/=/='/; s/\$/'/" | tr '\001' '\012'
	else
		its_entry variables || die "the variables of pm2 entry $keeper_entry cannot be known: $what"
		printf '%s\n' "$what"
	fi
}

# its_command: a line of sh that goes to its folder and becomes its command; after its_main.
its_command() {
	if [ -z "$keeper_program" ]; then
		its_entry command || die "the command of pm2 entry $keeper_entry cannot be known: $what"
		printf '%s\n' "$what"
		return
	fi
	live=$(readlink -f -- "$path" || printf %s "$path")
	where=$(readlink "/proc/$main/cwd") || die "supervisor program $keeper_program does not run: its command cannot be known"
	case $where/ in "$live"/*) where=$path${where#"$live"} ;; esac
	printf 'cd -- %s && exec %s\n' "$(printf '%s' "$where" | sed "s/'/'\\\\''/g; s/^/'/; s/\$/'/")" \
		"$(tr '\000\012' '\012\001' <"/proc/$main/cmdline" | sed "s/'/'\\\\''/g; s/^/'/; s/\$/'/" | tr '\012\001' ' \012')"
}

# at_spare: stdin with the spare address in the place of the live one; how often that stood there is noted.
at_spare() {
	FROM=$live_at TO=$spare_at TOLD=$notes/told awk "$unit_awk"'
		{ print moved($0, ENVIRON["FROM"], ENVIRON["TO"]) }
		END { print "hits " hits + 0 >>ENVIRON["TOLD"] }'
}

# There the path's own name leads to the staged tree.
live_of_twin() {
	printf '%s\n' "$base/$rehearsal/live"
}

boot_twin() {
	mkdir -- "./$rehearsal/live"
	chmod 755 -- "./$rehearsal/live"
	its_main
	(umask 077 && {
		its_variables | at_spare
		grep -E '^(BELAY_REHEARSAL|PYTHONDONTWRITEBYTECODE)=' "./$rehearsal/environment" || :
	} >"$notes/variables")
	# In place: it is the app user's, and nobody else's.
	cat -- "$notes/variables" >"./$rehearsal/environment"
	{
		# Expanded by the shell that reads it.
		# shellcheck disable=SC2016
		printf '#!/bin/sh\nset -a\n. "${0%%/*}/environment"\nset +a\n'
		its_command | at_spare
	} >"./$rehearsal/start"
	grep -qE '^hits [1-9]' "$notes/told" ||
		die "neither the command of $keeper_program$keeper_entry nor one of its variables names $live_at any more: plan again"
	{
		printf '[Unit]\nDescription=Release %s beside the one that serves\nCollectMode=inactive-or-failed\n[Service]\n' "$release"
		printf 'User=%s\nKillMode=mixed\n' "$user"
		if [ "$main" -gt 0 ]; then settings_of "$main"; fi
		# As pm2 asks its processes to end.
		[ -z "$keeper_entry" ] || echo KillSignal=SIGINT
		printf 'BindPaths=%s:%s\n' "$(word_of "$base/$tree")" "$(word_of "$path")"
		printf 'BindPaths=%s:%s\n' "$(word_of "$(readlink -f -- "$path" || printf %s "$path")")" "$(word_of "$base/$rehearsal/live")"
		if [ -n "$runtime" ]; then printf 'RuntimeDirectory=%s\n' "$runtime"; fi
		printf 'ExecStart=/bin/sh %s\n' "$(word_of "$base/$rehearsal/start")"
		how_long
	} | whole "/run/systemd/system/$keeper_name" 644
	systemctl daemon-reload
	systemctl start --no-block "$keeper_name"
}
