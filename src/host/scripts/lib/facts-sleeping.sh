# shellcheck shell=sh disable=SC2034,SC2154 # nonce, path and the like are of the script that includes this
# Parts of inspect.sh, as facts.sh: what keepers would start that do not run now, or do not run all of it. Needs trust.sh, facts.sh,
# facts-daemons.sh and facts-keepers.sh.

# Where somebody puts a unit, and where a boot looks besides.
own_units='/etc/systemd/system/*.service /usr/local/lib/systemd/system/*.service /etc/systemd/system/*.service.d/*.conf'

# find_saved: sets saved to the files of what pm2 has saved, one a line: in people's homes, and where a daemon that runs, or a unit or a
# crontab that would start one, says that it has its home.
find_saved() {
	saved='' homes=:
	# Without blanks, so that the shell parts them: its `read` takes a byte at a time.
	for home in /home/* $(awk -F : '$6 ~ /^\/[A-Za-z0-9_.@\/-]+$/ && !seen[$6]++ { print $6 }' /etc/passwd); do saved_in "${home%/}/.pm2"; done
	# shellcheck disable=SC2086 # patterns
	for home in $(grep -ohE "PM2_HOME=[\"']?/[A-Za-z0-9_.@/-]+" $own_units /etc/environment /etc/crontab /etc/cron.d/* /var/spool/cron/crontabs/* \
		2>/dev/null | sed "s/^PM2_HOME=[\"']*//" | sort -u | head -n 30); do saved_in "${home%/}"; done
	for folder in $pm2_daemons; do
		case $folder in /proc/*) ;; *) continue ;; esac
		title_of "$folder"
		case $title in *' God Daemon (/'*')') title=${title#*' God Daemon ('} && saved_in "${title%)}" ;; esac
	done
}

# saved_in PM2_HOME: pm2 takes the older list where the newer is missing.
saved_in() {
	case $1 in *"$newline"*) return 0 ;; esac
	case $homes in *":$1:"*) return 0 ;; esac
	homes=$homes$1:
	for file in "$1/dump.pm2" "$1/dump.pm2.bak"; do
		if [ -f "$file" ]; then
			saved=$saved$file$newline
			return 0
		fi
	done
}

# --- entries that pm2 has saved, after find_saved: each list is read as whose folder it lies in
read_saved_entries() {
	[ -n "$saved" ] || return 0
	count=0
	while IFS= read -r file; do
		[ -n "$file" ] || continue
		count=$((count + 1))
		if [ "$count" -gt 30 ]; then
			incomplete pm2 'more than 30 users have saved entries'
			break
		fi
		# Of a link it is who put it there.
		owner=$(stat -c %u "${file%/*}" 2>/dev/null)
		if [ "$my_uid" != 0 ]; then
			[ "$owner" = "$my_uid" ] || continue
		elif [ "${owner:-0}" = 0 ] && ! trusted "$file"; then
			continue
		fi
		whose=$(printf 'user %s\n' "$owner" | with_names)
		# pm2 writes two blanks a level. What an entry was given stands there too, and may hold what must not leave the host.
		entries=$(as_uid "$owner" head -c 2097152 -- "$file" </dev/null 2>/dev/null | awk '
			{ size += length($0) + 1 }
			/^  \{/ { print "entry"; within = inside = 0 }
			/^    "args": \[$/ { within = 1; next }
			/^    "env": \{$/ { inside = 1; next }
			/^    [\]}]/ { within = inside = 0; next }
			within { sub(/^ +/, ""); sub(/,$/, ""); print "arg=" $0; next }
			/^    "(name|pm_exec_path|pm_cwd|status|PORT)": / || (inside && /^      "PORT": /) {
				sub(/^ +"/, ""); sub(/": /, "="); sub(/,$/, ""); print
			}
			END { if (size >= 2097152) print "cut" }' | head -c 131072)
		case $entries in *"${newline}cut") incomplete pm2 "$file is longer than 2 MiB" ;; esac
		if [ ${#entries} -ge 131000 ]; then incomplete pm2 "$file has more entries than are looked at"; fi
		section saved-entries "$file"
		printf 'owner=%s\n%s\n' "${whose#user }" "$entries"
	done <<-END
		$saved
	END
}

# --- what a supervisord would start that does not run: of its own configuration, and of those that units name behind -c
read_sleeping_supervisor() {
	case $doubts in *supervisord*) return 0 ;; esac
	running=
	for folder in $supervisors; do running="$running$(supervisor_config "$folder")$newline"; done
	# Of these it takes the first, so that one that runs by the other is what a unit would start.
	case $newline$running in
	*"$newline/etc/supervisord.conf$newline"* | *"$newline/etc/supervisor/supervisord.conf$newline"*) ;;
	*) usual_supervisor ;;
	esac
	# shellcheck disable=SC2086 # patterns
	grep -oHE '^ExecStart=.*supervisord .*(-c|--configuration)[ =]*/[A-Za-z0-9_.@/-]+' $own_units /dev/null 2>/dev/null | head -n 20 |
		while IFS= read -r line; do
			main=/${line##*[ =]/} unit=${line%%:ExecStart=*}
			unit=${unit%.d/*}
			links=
			# shellcheck disable=SC2144 # one is enough
			for link in /etc/systemd/system/*.wants/"${unit##*/}"; do [ ! -L "$link" ] || links="startedBy=${unit##*/}$newline"; done
			case $main in /etc/supervisord.conf | /etc/supervisor/supervisord.conf) ;; *) tell_sleeping "$main" "$links" || : ;; esac
		done
}

# tell_sleeping CONFIG STARTED: what starts it, one a line; unless one runs by it, or others than root may change it.
tell_sleeping() {
	case $newline$running in *"$newline$1$newline"*) return 1 ;; esac
	[ -f "$1" ] || return 1
	daemon_files=$(supervisor_files "$1")
	find_strangers "$daemon_files"
	[ -z "$belay_found" ] || return 1
	section sleeping-supervisor "$1"
	printf '%s' "$2"
	section sleeping-supervisor-files "$1"
	printf '%s\n' "$daemon_files" | supervisor_lines
}

usual_supervisor() {
	[ -f /etc/supervisord.conf ] || [ -f /etc/supervisor/supervisord.conf ] || return 0
	told=
	for link in /etc/systemd/system/*.wants/*supervisor*.service /run/systemd/generator*/*.wants/*supervisor*.service \
		/etc/rc[2345].d/S[0-9][0-9]*supervisor* /etc/runlevels/default/*supervisor*; do
		[ -L "$link" ] || continue
		unit=${link##*/}
		case $link in
		/etc/rc*)
			# systemd makes units of them by itself.
			[ ! -d /run/systemd/system ] || continue
			;;
		*.service)
			# Masked, whatever wants it; or nothing any more.
			# shellcheck disable=SC3013 # every shell that is /bin/sh somewhere has -ef
			if [ "/etc/systemd/system/$unit" -ef /dev/null ] || [ ! -f "$link" ]; then continue; fi
			;;
		esac
		told="${told}startedBy=$unit$newline"
	done
	for main in /etc/supervisord.conf /etc/supervisor/supervisord.conf; do
		# It looks no further.
		if tell_sleeping "$main" "$told"; then return 0; fi
	done
}
