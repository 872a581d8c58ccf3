# belay:with trust.sh state.sh facts.sh facts-state.sh facts-daemons.sh facts-keepers.sh facts-starters.sh nginx-apart.sh facts-nginx-said.sh facts-nginx.sh pm2-list.cjs
# shellcheck shell=sh disable=SC2034,SC2154 # variables that facts.sh reads and sets
# Reads a whole server in one go, for its environment document and for `belay init`; changes nothing, starts nothing.
# Fields: nonce, which marks the sections; path, an app's to look at more closely, or empty; belay, its folder beside that; folders,
# not empty where the folders that servers work in are listed too
# Output: sections, as facts.sh prints them, and `end`.
fields "$1" nonce path belay folders
real=$(readlink -f "$path" 2>/dev/null || printf '%s' "$path") anywhere=yes user=''

read_machine() {
	section machine
	sed -n 's/^MemTotal: *\([0-9]*\) kB/memory=\1/p' /proc/meminfo
	printf 'processors=%s\n' "$(getconf _NPROCESSORS_ONLN 2>/dev/null || grep -c '^processor' /proc/cpuinfo)"
	printf 'zone=%s\n' "$(readlink -f /etc/localtime 2>/dev/null | sed -n 's#^.*/zoneinfo/##p')"
	section disks
	within_seconds df -Pk 2>/dev/null | head -c 32768
	section interpreters
	for name in python3 node php ruby java; do
		found=$(command -v "$name" 2>/dev/null) || continue
		trusted "$found" || continue
		case $name in java) flag=-version ;; *) flag=--version ;; esac
		printf '%s=%s\n' "$found" "$(as_uid "$my_uid" "$found" "$flag" </dev/null 2>&1 | head -n 1 | head -c 200)"
	done
}

# Units that somebody put there, those that keep what runs, and those that failed.
read_units() {
	command -v systemctl >/dev/null || return 0
	properties=$properties,SubState,NRestarts,Description
	names=$({
		find /etc/systemd/system /run/systemd/system /run/systemd/transient /usr/local/lib/systemd/system -maxdepth 2 \
			\( -name '*.service' -type f -o -path '*.service.d/*.conf' \) 2>/dev/null |
			sed 's#\.d/[^/]*$##; s#^.*/##'
		systemctl list-units --state=failed --type=service --plain --no-legend 2>/dev/null | sed 's/^[^A-Za-z0-9]*//; s/ .*$//'
		printf '%s' "$pid_units"
	} | sort -u | head -n 300)
	show_units "$names"
	section timers
	timers=$(systemctl list-units --type=timer --all --plain --no-legend 2>/dev/null | sed 's/^[^A-Za-z0-9]*//; s/ .*$//' | head -n 100)
	# shellcheck disable=SC2086
	[ -z "$timers" ] || systemctl show -p Id,LoadState,ActiveState,UnitFileState,FragmentPath,Triggers,TimersCalendar,TimersMonotonic \
		-- $timers 2>&1 | head -c 131072
}

# What lies in the folders that listening processes work in, that units name, and that nginx serves: names and sizes, two
# levels deep, but nothing of dependencies. A newline within a name stands as \001.
read_folders() {
	[ -n "$folders" ] || return 0
	{
		printf '%s\n' "$working" | PIDS=" $(printf '%s' "$listening" | tr '\n' ' ') " awk '
			{ pid = $1; sub(/^\/proc\//, "", pid) }
			index(ENVIRON["PIDS"], " " pid " ") { print substr($0, length($1) + 2) }'
		printf '%s\n' "$shown" | sed -n 's/^WorkingDirectory=!*//p'
		# A site's public folder often lies in that of the source.
		printf '%s\n' "$config" | sed -n 's/^[[:space:]]*root[[:space:]][[:space:]]*\([^;$]*\);.*$/\1/p' | tr -d "\"'" |
			sed 's#/*$##; p; s#/[^/]*$##'
	} | sort -u | grep '^/.' | grep -vE "$system_folders" |
		head -n 40 | while IFS= read -r folder; do
		[ -d "$folder" ] || continue
		section folder "$folder"
		set -- "$folder/" -xdev -mindepth 1 -maxdepth 2 \
			\( -name .git -o -name node_modules -o -name __pycache__ -o -name venv -o -name .venv \) -prune -o
		if find / -maxdepth 0 -printf '' 2>/dev/null; then
			find "$@" -printf '%y %s %P\0' 2>/dev/null | tr '\n\0' '\001\n' | head -n 400
		else
			find "$@" -print0 2>/dev/null | xargs -0 -r stat -c '%A %s %n' 2>/dev/null | FOLDER="$folder/" awk '
				{ sub(/^-/, "f"); sub(/^[^ ]*/, substr($1, 1, 1)) }
				(at = index($0, " " ENVIRON["FOLDER"])) > 0 {
					print substr($0, 1, at) substr($0, at + 1 + length(ENVIRON["FOLDER"]))
				}' | head -n 400
		fi
	done
}

# Of those nobody makes an app, though much works in them.
system_folders='^/((bin|boot|dev|etc|lib[^/]*|proc|run|sbin|sys)(/.*)?|usr/(bin|sbin|lib[^/]*|share)(/.*)?|home/[^/]*'
system_folders="$system_folders|home|media|mnt|opt|root|srv|tmp|usr|usr/local|var|var/(cache|lib|log|spool|tmp|www))\$"

shown=
look_around
# These answer slowly, so they are asked while the rest is read.
{ read_pm2; read_supervisor; read_containers; } | {
	read_system
	read_machine
	read_tools
	read_doubts
	if [ -n "$path" ]; then read_app; fi
	read_listeners
	read_processes
	# shellcheck disable=SC2086 # pids
	read_variables $listening
	read_nginx
	read_certificates
	read_cron
	read_units
	read_at
	read_folders
	cat
}
section end
