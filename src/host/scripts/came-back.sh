# shellcheck shell=sh
# Whether what was stopped runs again. Changes nothing. Needs cron-lines.sh for lines of cron.

# is_back KIND VALUE VALUE VALUE: a unit's name; a source, a digest (or none) and a text of cron; home, id and name of pm2; configuration,
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
		# pm2 writes an entry's pid there, under its name with all that is no letter, digit, dot or dash as a dash.
		name=$(printf '%s' "$4" | sed 's/[^a-zA-Z0-9.-]/-/g')
		pid=$(cat "$2/pids/$name-$3.pid" 2>/dev/null) || return 1
		case $pid in '' | *[!0-9]*) return 1 ;; esac
		parent=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$pid/status" 2>/dev/null)
		grep -aq '^PM2 ' "/proc/${parent:-none}/cmdline" 2>/dev/null
		;;
	supervisor)
		# Its exit status tells too little, in old versions.
		timeout 10 "$3" -c "$2" status "$4" </dev/null 2>/dev/null |
			NAME=$4 awk '$1 == ENVIRON["NAME"] && $2 ~ /^(RUNNING|STARTING|BACKOFF)$/ { back = 1 } END { exit !back }'
		;;
	*) return 1 ;;
	esac
}
