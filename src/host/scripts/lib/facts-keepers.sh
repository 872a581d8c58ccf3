# shellcheck shell=sh disable=SC2034,SC2154 # nonce, path and the like are of the script that includes this
# Parts of inspect.sh and survey.sh, as facts.sh: what keeps things running: pm2, supervisord, containers, units. Needs facts.sh and facts-daemons.sh.

# --- pm2: only daemons that live; each is asked by its own node, over its own socket, as its own user
read_pm2() {
	# shellcheck disable=SC2086 # folders and uids
	ask_pm2s $pm2_daemons
}

# ask_pm2s FOLDER UID…: four at the same time, so that one that does not answer keeps the others waiting no longer than itself.
ask_pm2s() {
	[ $# -gt 0 ] || return 0
	ask_pm2 "$1" "$2" | {
		[ $# -lt 4 ] || ask_pm2 "$3" "$4" | {
			[ $# -lt 6 ] || ask_pm2 "$5" "$6" | {
				[ $# -lt 8 ] || ask_pm2 "$7" "$8"
				cat
			}
			cat
		}
		cat
	}
	[ $# -gt 8 ] || return 0
	shift 8
	ask_pm2s "$@"
}

ask_pm2() {
	title_of "$1"
	home=${title#*God Daemon (}
	case $title in 'PM2 v'*': God Daemon (/'*')') home=${home%)} ;; *) return 0 ;; esac
	program_of "$1"
	command=${program%/*}/pm2
	[ -x "$command" ] || command=$(command -v pm2)
	if [ "$2" = 0 ] && [ "$my_uid" = 0 ]; then
		# Where somebody else could lead root's node, or what it opens, elsewhere, it is not asked.
		why=
		case ${program##*/} in
		node* | bun*)
			find_strangers "$program$newline$command$newline$home"
			[ -z "$belay_found" ] || why=$(printf '%s' "$belay_found" | told_strangers)
			;;
		*) why="its program is $program" ;;
		esac
		if [ -n "$why" ]; then
			doubt pm2 "${1#/proc/}" "$2" "$(printf '%s' "$why" | tr '\n' ';')"
			return
		fi
	fi
	asked_user=$(printf 'user %s\n' "$2" | with_names)
	section pm2 "${1#/proc/}" "${asked_user#user }"
	printf '%s\n%s\n' "$home" "$command"
	# shellcheck disable=SC2016 # for the shell that runs as that user
	printf '%s\n' "$pm2_program" | as_uid "$2" sh -c 'node=/proc/$1/exe; [ -x "$node" ] || node=$2; exec "$node" - "$3"' \
		sh "${1#/proc/}" "$program" "$home" 2>&1 | at_most 524288
}

# --- supervisor: only daemons that live, each asked by supervisorctl with the daemon's own configuration

# supervisor_config /proc/PID: the file that the daemon was given, else the first of those that it looks for.
supervisor_config() {
	given=$(tr '\0' '\n' <"$1/cmdline" | awk '
		wanted { print; exit }
		/^(-c|--configuration)$/ { wanted = 1 }
		sub(/^(--configuration=|-c)/, "") && !wanted { print; exit }')
	case $given in
	/*) printf '%s\n' "$given" ;;
	?*) printf '%s/%s\n' "$(readlink "$1/cwd")" "$given" ;;
	*)
		for file in "$(readlink "$1/cwd")/supervisord.conf" /etc/supervisord.conf /etc/supervisor/supervisord.conf; do
			if [ -f "$file" ]; then
				printf '%s\n' "$file"
				return
			fi
		done
		;;
	esac
}

# supervisor_files CONFIG: it and what it includes, one a line.
supervisor_files() {
	printf '%s\n' "$1"
	(
		cd "${1%/*}" 2>/dev/null || exit
		# shellcheck disable=SC2013 # the patterns are parted by blanks, and expanded here
		for file in $(awk -v here="${1%/*}" '
			/^\[/ { inside = /^\[include\]/; more = 0 }
			{ sub(/[ \t];.*$/, "") }
			inside && sub(/^files[ \t]*[=:]/, "") { more = 1; gsub(/%\(here\)s/, here); print; next }
			inside && more && /^[ \t]/ { gsub(/%\(here\)s/, here); print; next }
			{ more = 0 }' "$1"); do
			case $file in /*) ;; *) file=${1%/*}/$file ;; esac
			[ ! -f "$file" ] || printf '%s\n' "$file"
		done
	) | head -n 200
}

read_supervisor() {
	for folder in $supervisors; do
		daemon_config=$(supervisor_config "$folder")
		command=$(command -v supervisorctl)
		if [ -z "$daemon_config" ] || [ -z "$command" ]; then continue; fi
		daemon_files=$(supervisor_files "$daemon_config")
		find_strangers "$command$newline$daemon_files"
		if [ -n "$belay_found" ]; then
			real_uid "$folder"
			doubt supervisord "${folder#/proc/}" "$uid" "$(printf '%s' "$belay_found" | told_strangers | tr '\n' ';')"
			continue
		fi
		section supervisor "${folder#/proc/}"
		printf '%s\n%s\n' "$daemon_config" "$command"
		as_uid "$my_uid" "$command" -c "$daemon_config" status </dev/null 2>&1 | at_most 65536
		section supervisor-files "${folder#/proc/}"
		printf '%s\n' "$daemon_files" | supervisor_lines
	done
}

# supervisor_lines: of the files whose names come on standard input, one a line, only what belay needs: an environment= may hold
# what must not leave the host. Prints `<file> TAB <section> TAB <key> TAB <value>`.
supervisor_lines() {
	# shellcheck disable=SC2016 # awk's own dollar signs
	tr '\n' '\0' | xargs -0 awk '
		function tell() { if (key != "") print file "\t" name "\t" key "\t" value; key = "" }
		function more(text) { sub(/[ \t]+;.*$/, "", text); gsub(/\t/, " ", text); sub(/^ +/, "", text); return text }
		FNR == 1 { tell() }
		/^\[/ { tell(); name = $0; sub(/^\[/, "", name); sub(/\].*$/, "", name); print FILENAME "\t" name; next }
		# A value goes on in lines that begin with a blank; lines of comment may lie between.
		/^[ \t]+[^ \t]/ { if (key != "") value = value (value == "" ? "" : " ") more($0); next }
		/^[;#]/ { next }
		{ tell() }
		/^(command|directory|autostart|autorestart|stopsignal|stopwaitsecs|exitcodes|numprocs)[ \t]*[=:]/ {
			file = FILENAME; key = value = $0
			sub(/[ \t]*[=:].*$/, "", key)
			sub(/^[^=:]*[=:][ \t]*/, "", value)
			value = more(value)
		}
		END { tell() }' 2>/dev/null | head -c 131072
}

# --- containers, where Docker may be asked; else docker-proxy among the listeners tells of them
read_containers() {
	[ -w /var/run/docker.sock ] || return 0
	command=$(command -v docker)
	trusted "$command" || return 0
	section docker
	as_uid "$my_uid" "$command" ps --format '{{.Names}}	{{.Image}}	{{.Status}}	{{.Ports}}' </dev/null 2>&1 | head -c 32768
}

# --- units of the system

# show_units NAMES: one a line; with the timers, sockets and paths that could start them.
show_units() {
	names=$1 instances=
	case $names$newline in
	*'@.service'"$newline"*)
		# Of a template only its instances can be asked for.
		instances=$(for name in $(printf '%s\n' "$names" | grep '@\.service$'); do
			find /etc/systemd/system /run/systemd/system -name "${name%.service}?*.service" 2>/dev/null | sed 's#^.*/##'
		done | sort -u)
		names=$(printf '%s\n' "$names" | grep -v '@\.service$')
		;;
	esac
	section units
	# shellcheck disable=SC2086 # units' names have no blanks
	shown=$(systemctl show -p "$properties" -- $names $instances 2>&1 |
		sed 's/^Environment=\(.*[ "]\)\{0,1\}PORT=\([0-9]\{1,5\}\).*$/Port=\2/; /^Environment=/d' | head -c 786432)
	printf '%s\n' "$shown"
	if [ ${#shown} -ge 786400 ]; then incomplete units 'what systemd says of them is more than 768 KiB'; fi
	# What their files set, by name (values may hold what must not leave the host); and what those start whose own files name the
	# port or the path.
	files='' triggers='' triggering=''
	while read -r kind one; do
		case $kind in
		F) files="$files$one$newline" ;;
		T) triggers="$triggers $one" ;;
		esac
	done <<-END
		$(printf '%s\n' "$shown" | awk '
			sub(/^(FragmentPath|DropInPaths)=/, "") { n = split($0, part, " "); for (i = 1; i <= n; i++) if (part[i] ~ /^\/(etc|usr\/local)\// && !seen[part[i]]++ && ++files <= 200) print "F", part[i] }
			sub(/^(TriggeredBy|Triggers)=/, "") { n = split($0, part, " "); for (i = 1; i <= n; i++) if (!seen[part[i]]++) print "T", part[i] }' | sort)
	END
	if [ -n "$triggers" ]; then
		echo
		# shellcheck disable=SC2086
		triggering=$(systemctl show -p "$properties" -- $triggers 2>&1 | sed '/^Environment=/d' | head -c 65536)
		printf '%s\n' "$triggering"
	fi
	# A look at one app alone is told apart from others of the host (claim.sh).
	if [ -n "${belay-}" ]; then
		section unit-states
		# shellcheck disable=SC2086
		printf '%s\n' $names $instances $triggers
		printf '%s\n' "$shown" "$triggering" | keepers_states | sha256sum
	fi
	[ -n "$files" ] || return 0
	section settings
	printf '%s' "$files" | tr '\n' '\0' | xargs -0 grep -HoE '^[A-Z][A-Za-z]*=' 2>/dev/null | head -c 65536
	# A look at one app alone knows its folder.
	[ -n "${belay-}" ] || return 0
	section release-lines
	printf '%s' "$files" | tr '\n' '\0' | xargs -0 grep -HnF -e "$belay/releases/" 2>/dev/null | head -c 65536
	section unit-addresses
	unit_addresses | head -c 65536
}

# unit_addresses: of the addresses $addresses each that a unit's command or one of its variables names, as `<file of the unit> <address>
# <what names it>`, parted by tabs; the values of variables are not told.
unit_addresses() {
	# shellcheck disable=SC2016 # awk's own dollar signs
	printf '%s' "$files" | tr '\n' '\0' | ALL=$addresses xargs -0 awk "$unit_awk"'
		function tell(text, what, i) {
			for (i = 1; i <= count; i++) {
				hits = 0
				moved(text, all[i], "")
				if (hits) printf "%s\t%s\t%s\n", FILENAME, all[i], what
			}
		}
		BEGIN { count = split(ENVIRON["ALL"], all, "\n") }
		/^ExecStart=/ { tell(joined($0), "its command") }
		/^Environment=/ { tell(joined($0), "a variable") }
		sub(/^EnvironmentFile=-?/, "") && !/[*%?]/ { printf "%s\t%s\tfile\n", FILENAME, $0 }' 2>/dev/null | head -n 200 |
		while IFS='	' read -r file at what; do
			if [ "$what" != file ]; then
				printf '%s\t%s\t%s\n' "$file" "$at" "$what"
			elif [ -f "$at" ]; then
				timeout 5 head -c 1048576 -- "$at" | ALL=$addresses FILE=$file NAME=$at awk "$unit_awk"'
					BEGIN { count = split(ENVIRON["ALL"], all, "\n") }
					{
						for (i = 1; i <= count; i++) {
							hits = 0
							moved($0, all[i], "")
							if (hits) printf "%s\t%s\ta variable in %s\n", ENVIRON["FILE"], all[i], ENVIRON["NAME"]
						}
					}'
			fi
		done
}

properties=Id,LoadState,ActiveState,UnitFileState,Type,Restart,KillMode,MainPID,FragmentPath,ExecStart,WorkingDirectory
properties=$properties,User,TriggeredBy,Triggers,Environment,EnvironmentFiles,Listen,DropInPaths,ProtectSystem,ReadWritePaths,TemporaryFileSystem,BindPaths,MemoryCurrent,NeedDaemonReload
