# shellcheck shell=sh disable=SC2034,SC2154 # nonce, path and the like are of the script that includes this
# Parts of inspect.sh and survey.sh, as facts.sh: what will start things later: at, users' own service managers, cron, scripts
# of cron's, of the boot and of /etc/init.d. Needs facts.sh.

# --- jobs of at(1): of each file, whose name holds its number and its minute in hex, only the folder and what comes after
# the environment, which may hold what must not leave the host
read_at() {
	for file in /var/spool/cron/atjobs/[a-zA-Z]* /var/spool/at/[a-zA-Z]*; do
		if [ ! -f "$file" ] || [ ! -r "$file" ]; then continue; fi
		section at "${file##*/} $(stat -c %U "$file" 2>/dev/null)"
		awk '
			body { print; next }
			/^cd / && !folder { folder = $0; sub(/^cd /, "", folder); sub(/ \|\| *\{.*$/, "", folder); print folder; next }
			folder && /^}/ { body = 1 }' "$file" | head -c 4096
	done
}

# --- units of users' own service managers: those whose files match the pattern, one for each user and unit; each user's are
# read as that user
read_user_units() {
	for folder in /home/*/.config/systemd/user /root/.config/systemd/user; do
		[ -d "$folder" ] || continue
		# Whose manager it is says the home; the files themselves may be root's.
		home=${folder%/.config/systemd/user}
		owner=$(stat -L -c %u "$home" 2>/dev/null)
		[ "$owner" != 0 ] || [ "$home" = /root ] || owner=$(stat -L -c %u "$folder" 2>/dev/null)
		if [ "$my_uid" != 0 ]; then
			reader=$my_uid
		elif [ "$owner" = 0 ] && ! trusted "$folder"; then
			continue
		else
			reader=$owner
		fi
		whose=$(printf 'user %s\n' "$owner" | with_names)
		whose=${whose#user }
		lingers=no
		[ ! -e "/var/lib/systemd/linger/$whose" ] || lingers=yes
		as_uid "$reader" sh -c "$user_units" sh "$folder" "$1" </dev/null 2>/dev/null | at_most 1048576 | {
			count=0 whole=yes
			while IFS= read -r line; do
				case $line in
				'unit '*)
					count=$((count + 1)) whole=
					[ "$count" -le 200 ] || break
					section user-unit "$folder/${line#unit ??? }"
					printf 'owner=%s\nenabled=%s\nlingers=%s\n' "$whose" "$(case $line in 'unit yes '*) echo yes ;; *) echo no ;; esac)" "$lingers"
					;;
				ExecStart=* | WorkingDirectory=* | Trigger=*) printf '%s\n' "$line" ;;
				end) whole=yes ;;
				esac
			done
			[ -n "$whole" ] || incomplete units "of $whose more are kept than are looked at"
		}
	done
}

# Prints `unit yes|no_ <file>` and its lines, for each. For the shell that runs as the user.
# shellcheck disable=SC2016
user_units='cd -- "$1" && find . -maxdepth 1 -name "*.service" -type f -exec grep -alE -e "$2" {} + | head -n 201 |
while IFS= read -r file; do
	wants=no_
	name=${file#./}
	for link in ./*.wants/"$name" ./*.wants/"${name%.service}".timer ./*.wants/"${name%.service}".path ./*.wants/"${name%.service}".socket; do
		[ ! -L "$link" ] || wants=yes
	done
	printf "unit %s %s\n" "$wants" "${file#./}"
	for link in ./*.wants/"${name%.service}".timer ./*.wants/"${name%.service}".path ./*.wants/"${name%.service}".socket; do
		[ ! -L "$link" ] || printf "Trigger=%s\n" "${link##*/}"
	done
	grep -aE "^(ExecStart|WorkingDirectory)=" "$file" | head -c 4096
done
echo end'

# tell_file FILE: what is in it.
tell_file() {
	text=$(head -c 131072 "$1")
	printf '%s\n' "$text"
	if [ ${#text} -ge 131000 ]; then incomplete cron "$1 is longer than 128 KiB"; fi
}

read_cron() {
	if [ "$my_uid" != 0 ]; then
		section cron "crontab:$(id -un)"
		crontab -l 2>/dev/null | head -c 65536
	fi
	for file in /var/spool/cron/crontabs/* /var/spool/cron/* /etc/crontab /etc/anacrontab /etc/cron.d/*; do
		if [ ! -f "$file" ] || [ ! -r "$file" ]; then continue; fi
		name=${file##*/}
		source=$file
		case $file in
		/var/spool/*) source=crontab:$name ;;
		# cron leaves out such names: so lines are commonly switched off.
		/etc/cron.d/*~ | /etc/cron.d/*.dpkg-* | /etc/cron.d/*.rpm*) continue ;;
		/etc/cron.d/*[!A-Za-z0-9_-]*) [ ! -e /etc/debian_version ] || continue ;;
		esac
		section cron "$source"
		tell_file "$file"
		[ -z "${path-}" ] || read_run_scripts "$file" "$source"
	done
}

# read_run_scripts FILE SOURCE: the scripts that a crontab's lines name by their whole path, where the app's path stands in them, or
# what starts a keeper. Read as whose the crontab is, who may have put a link there; root reads what only root can write.
read_run_scripts() {
	named=$(awk '
		/^[ \t]*(#|$)/ { next }
		{
			for (i = 2; i <= NF; i++) {
				word = $i
				gsub(/["\047();&|]/, "", word)
				if (word ~ /^\/[A-Za-z0-9_.\/-]+$/ && word !~ /^\/(usr\/)?s?bin\// && word !~ /^\/dev\// && !seen[word]++ && ++n <= 50) print word
			}
		}' "$1")
	[ -n "$named" ] || return 0
	reader=$my_uid
	if [ "$my_uid" = 0 ]; then
		case $2 in
		crontab:root | /*) ;;
		*) reader=$(id -u -- "${2#crontab:}" 2>/dev/null) || return 0 ;;
		esac
	fi
	for script in $named; do
		if [ ! -f "$script" ] || { [ "$reader" = 0 ] && ! trusted "$script"; }; then continue; fi
		starts_something "$reader" "$script" || continue
		text=$(as_uid "$reader" head -c 16384 -- "$script" </dev/null 2>/dev/null)
		section cron-script "$script"
		printf '%s\n' "$text"
	done
}

# starts_something UID SCRIPT: whether it names the app's path, or what starts a keeper.
starts_something() {
	as_uid "$1" grep -aqF -e "$path" -e "$real" -e systemctl -e 'service ' -e pm2 -e supervisorctl -e /etc/init.d/ -- "$2" \
		</dev/null 2>/dev/null
}

# --- timers of the host's own whose services start a keeper by its name, themselves or by a script: what these run
# read_timers: sets timers to their names, one a line.
read_timers() {
	timers=
	for timer in /etc/systemd/system/*.timer; do
		if [ ! -f "$timer" ] || ! trusted "$timer"; then continue; fi
		runs=$(sed -n 's/^Unit=[[:space:]]*//p' "$timer" | tail -n 1)
		case $runs in */*) continue ;; esac
		file=/etc/systemd/system/${runs:-$(basename "$timer" .timer).service}
		if [ ! -f "$file" ] || ! trusted "$file"; then continue; fi
		commands=$(sed -n 's/^ExecStart=[-@:+!]*//p' "$file" | head -c 16384)
		text=$commands
		for script in $(printf '%s\n' "$commands" | tr -d "\"'" | tr -s ' \t;' '\n' | grep -E '^/[A-Za-z0-9_./-]+$' | grep -vE '^/(usr/)?s?bin/' | head -n 20); do
			if [ -f "$script" ] && trusted "$script" && starts_something "$my_uid" "$script"; then text=$text$newline$(head -c 16384 "$script"); fi
		done
		case $text in *"$path"* | *"$real"* | *systemctl* | *'service '* | *pm2* | *supervisorctl* | */etc/init.d/*) ;; *) continue ;; esac
		timers="$timers${timer##*/}$newline"
		section timer "${timer##*/}"
		printf '%s\n' "$text"
	done
}

# --- scripts of the shell that the boot and cron run: their lines, where they name what the pattern says, or start a keeper
read_scripts() {
	pattern=$1
	set --
	for file in /etc/rc.local /etc/rc.d/rc.local /etc/cron.hourly/* /etc/cron.daily/* /etc/cron.weekly/* /etc/cron.monthly/* /etc/periodic/*/*; do
		if [ ! -f "$file" ] || [ ! -x "$file" ] || [ ! -r "$file" ] || [ -L /etc/rc.d ] && [ "$file" = /etc/rc.d/rc.local ]; then continue; fi
		set -- "$@" "$file"
	done
	[ $# -gt 0 ] || return 0
	while IFS= read -r file; do
		[ -n "$file" ] || continue
		# Others are no shell's, and a line of theirs cannot be put off.
		line=
		IFS= read -r line <"$file"
		case $line in '#!'*sh | '#!'*sh\ * | [!#]* | '#'[!!]* | '') ;; *) continue ;; esac
		section script "$file"
		tell_file "$file"
	done <<-END
		$(printf '%s\0' "$@" | xargs -0 grep -alE -e "$pattern" -e '(systemctl|service|pm2|supervisorctl|/etc/init\.d/)' 2>/dev/null)
	END
}

# --- scripts of /etc/init.d that the pattern is in: whether they start at boot, and their lines that start something

# init_scripts PATTERN: sets inits to their names, and init_units to those of the units that systemd makes of them, one a line.
init_scripts() {
	inits='' init_units=''
	while IFS= read -r file; do
		[ -n "$file" ] || continue
		inits="$inits${file##*/}$newline"
		init_units="$init_units${file##*/}.service$newline"
	done <<-END
		$(grep -alE "$1" /etc/init.d/* 2>/dev/null)
	END
}

# read_init_scripts PATTERN: after init_scripts.
read_init_scripts() {
	for name in $inits; do
		section init-script "$name"
		for link in /etc/rc[2345].d/S[0-9][0-9]"$name"; do
			if [ -L "$link" ]; then
				echo enabled=yes
				break
			fi
		done
		grep -aE -e "$1" -e '^[[:space:]]*(DAEMON|DAEMON_ARGS|DAEMON_OPTS|CMD|APP)=' -e 'start-stop-daemon.*--start' "/etc/init.d/$name" | grep -v '^[[:space:]]*#' | head -n 40 | sed 's/^/line=/'
	done
}
