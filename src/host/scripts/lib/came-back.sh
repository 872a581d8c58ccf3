# shellcheck shell=sh disable=SC2154 # uid and daemon of pm2.sh
# belay:with pm2.sh
# Whether what was stopped runs again. Changes nothing. Needs cron-lines.sh for lines of cron.

# is_back KIND VALUE VALUE VALUE: a unit's name; a source, a digest (or none) and a text of cron; user, home and `<name>-<id>` of pm2; configuration,
# command and name of supervisord. A line of cron is back where it is in force.
is_back() {
	case $1 in
	unit) systemctl is-active --quiet "$2" ;;
	cron)
		if [ -z "$3" ]; then
			read_cron "$2" 2>/dev/null | grep -Fxq -e "$4"
		else
			[ -n "$(read_cron "$2" 2>/dev/null | cron_line_of "$3" 0)" ]
		fi
		;;
	pm2)
		pm2_lives "$2" "$3" && pm2_roots_own "$uid" "$3" || return 1
		# pm2 writes an entry's pid there, under its name with all that is no letter, digit, dot or dash as a dash.
		name=$(printf '%s' "$4" | sed 's/[^a-zA-Z0-9.-]/-/g')
		pid=$(as_uid "$uid" head -c 20 -- "$3/pids/$name.pid" 2>/dev/null | at_most 20)
		case $pid in '' | *[!0-9]*) return 1 ;; esac
		parent=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$pid/status" 2>/dev/null)
		[ "/proc/$parent" = "$daemon" ]
		;;
	supervisor)
		# Its exit status tells too little, in old versions.
		timeout 10 "$3" -c "$2" status "$4" </dev/null 2>/dev/null |
			NAME=$4 awk '$1 == ENVIRON["NAME"] && $2 ~ /^(RUNNING|STARTING|BACKOFF)$/ { back = 1 } END { exit !back }'
		;;
	*) return 1 ;;
	esac
}
