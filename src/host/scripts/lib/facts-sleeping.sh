# shellcheck shell=sh disable=SC2034,SC2154 # nonce, path and the like are of the script that includes this
# Parts of inspect.sh, as facts.sh: what keepers would start that do not run now, or do not run all of it. Needs trust.sh, facts.sh,
# facts-daemons.sh and facts-keepers.sh.

# find_saved: sets saved to the files of what pm2 has saved in people's homes, one a line.
find_saved() {
	saved='' homes=:
	# Without blanks, so that the shell parts them: its `read` takes a byte at a time.
	for home in /home/* $(awk -F : '$6 ~ /^\/[A-Za-z0-9_.@\/-]+$/ && !seen[$6]++ { print $6 }' /etc/passwd); do saved_in "$home"; done
}

# saved_in HOME: pm2 takes the older list where the newer is missing.
saved_in() {
	case $1 in *"$newline"*) return 0 ;; esac
	case $homes in *":$1:"*) return 0 ;; esac
	homes=$homes$1:
	for file in "${1%/}/.pm2/dump.pm2" "${1%/}/.pm2/dump.pm2.bak"; do
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

# --- what supervisord would start, where none runs
read_sleeping_supervisor() {
	case $supervisors$doubts in */proc/* | *supervisord*) return 0 ;; esac
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
		[ -f "$main" ] || continue
		daemon_files=$(supervisor_files "$main")
		find_strangers "$daemon_files"
		[ -z "$belay_found" ] || continue
		section sleeping-supervisor "$main"
		printf '%s' "$told"
		section sleeping-supervisor-files "$main"
		printf '%s\n' "$daemon_files" | supervisor_lines
		# It looks no further.
		return 0
	done
}
