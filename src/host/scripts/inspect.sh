# belay:with trust.sh state.sh footing.sh facts.sh given.sh facts-state.sh facts-daemons.sh unit-address.sh facts-keepers.sh facts-starters.sh facts-sleeping.sh nginx-apart.sh facts-nginx-said.sh facts-nginx.sh access.sh pm2-list.cjs
# shellcheck shell=sh disable=SC2034,SC2154 # variables that facts.sh reads and sets
# Reads everything that a deployment of one app has to know of a host in one go; changes nothing, starts nothing.
# Fields: nonce, which marks the sections, so that no content can pretend to be one; path; belay, its folder beside that; user, as whom
# the app shall run, or empty; unit, the name of belay's, and on a line of its own of the one that keeps the app; port, a number or
# empty; of what shall keep the app started_by, the command that starts it at boot, and home_folder, where in a user's home it keeps what
# it knows, or nothing
# Output: sections, as facts.sh prints them, and `end`.
fields "$1" nonce path belay user unit port started_by home_folder
real=$(readlink -f "$path" 2>/dev/null)
real=${real:-$path}

# Those whose files name the path or a port nginx proxies to, those that keep the processes, and belay's own.
read_units() {
	command -v systemctl >/dev/null || return 0
	pattern="$path$newline$real"
	case $path$real in
	*[!A-Za-z0-9_/-]*)
		# shellcheck disable=SC2016 # the dollar sign is meant
		pattern=$(printf '%s\n' "$pattern" | sed 's/[][\\.*^$(){}?+|]/\\&/g')
		;;
	esac
	if [ -n "$started_by" ]; then pattern="$pattern$newline$started_by"; fi
	# What brings back what is saved.
	if [ -n "$saved" ]; then pattern="$pattern${newline}pm2 resurrect"; fi
	# What a unit's own text may name as the app's address.
	addresses=$({
		for number in $port $nginx_ports; do echo "$number"; done
		printf '%s\n' "$config" | grep -oE 'unix:/[^;:[:space:]]+' | sed 's#^unix:##; s#^/var/run/#/run/#' | sort -u | head -n 50
	})
	for number in $port $nginx_ports; do pattern="$pattern$newline(:|=|[[:space:]])$number([^0-9]|\$)"; done
	init_scripts "$pattern"
	read_timers
	names=$(find -L /etc/systemd/system /run/systemd/system /usr/local/lib/systemd/system /usr/lib/systemd/system \
		\( -name '*.service' -o -name '*.socket' -o -path '*.service.d/*.conf' \) -type f -print0 2>/dev/null |
		xargs -0 grep -alE "$pattern" 2>/dev/null | KNOWN="$unit$newline$pid_units$init_units$newline$timers" awk '
			function tell(name) { if (name != "" && !seen[name]++ && ++n <= 501) print name }
			BEGIN { k = split(ENVIRON["KNOWN"], known, "\n"); for (i = 1; i <= k; i++) tell(known[i]) }
			{ sub(/\.d\/[^\/]*$/, ""); sub(/^.*\//, ""); tell($0) }' | sort)
	count=0
	for name in $names; do count=$((count + 1)); done
	if [ "$count" -gt 500 ]; then incomplete units 'more than 500 name the path or a port of nginx, or keep what runs'; fi
	show_units "$names"
	read_init_scripts "$pattern"
	read_scripts "$pattern"
	read_user_units "$pattern"
}

# Those that listen and are inside may be the app.
read_variables_of_both() {
	set --
	for pid in $inside; do
		case $newline$listening$newline in *"$newline$pid$newline"*) [ $# -ge 10 ] || set -- "$@" "$pid" ;; esac
	done
	read_variables "$@"
	read_given "$@"
}

# What is read below rests on this (claim.sh).
read_footing() {
	daemons=$(printf '%s\n' "$masters" "$supervisors" "$pm2_daemons" | sed -n 's#^/proc/\([0-9]*\).*#\1#p')
	section footing
	printf 'since=%s\nahead=%s\n' "$since" "$clock"
	footing "$path" "$real" "$daemons"
	section daemons
	printf '%s\n' "$daemons"
}

since=$(date +%s.%N)
clock
look_around
read_footing
find_saved

# Two halves at the same time: what is on the left needs nothing of what is read on the right, and some of it answers slowly.
{
	read_system
	read_tools
	read_doubts
	read_app
	read_cron
	read_at
	read_pm2
	read_supervisor
	read_saved_entries
	read_sleeping_supervisor
	read_containers
} | {
	read_listeners
	read_processes
	read_variables_of_both
	read_nginx
	read_certificates
	read_units
	read_access
	cat
}
section end
