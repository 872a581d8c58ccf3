# shellcheck shell=sh disable=SC2154 # notes of the script that includes this
# A detour: nginx leads visitors to a spare address for a while. What was exchanged in its files is noted in
# backup/<number>/detour, so that it can be put back whatever happened since:
#   files    the real paths of the files, one a line
#   pairs    `<what stands there now> <what stood there>`, one a line
#   line     one that was put into a file, so that nginx serves a page; page: the folder where that lies
#   nginx    its program, its -c and its -p, a line each
#   own, spare    `port 9999` or `socket /run/x.sock`
#   old-workers    `<pid>:<ticks>` of nginx's from before the last reload
#   led      when nginx was led there, in seconds since boot; back: once it is led back
# Beside each file lies the file as it was, under a hidden name, which no include's pattern matches.

# connected KIND WHERE: how many connections to that address are open.
connected() {
	case $1 in
	port)
		cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v port="$(printf ':%04X' "$2")" '
			$4 == "01" && substr($2, length($2) - 4) == port { open++ }
			END { print open + 0 }'
		;;
	socket)
		# An accepted connection has the listener's path; 03 is SS_CONNECTED.
		SOCKET=$2 awk '
			function ends(text) { return substr($0, length($0) - length(text) + 1) == text }
			BEGIN { want = " " ENVIRON["SOCKET"]; old = want; sub(/^ \/run\//, " /var/run/", old) }
			$6 == "03" && (ends(want) || ends(old)) { open++ }
			END { print open + 0 }' /proc/net/unix
		;;
	esac
}

# workers [all]: `<pid>:<ticks>` of each worker that takes requests, of masters that are root's; one on its way out says so in its
# title, and counts among all.
workers() {
	printf '%s\0' /proc/[0-9]*/cmdline | xargs -0 grep -al '^nginx: worker process' 2>/dev/null | while read -r file; do
		folder=${file%/cmdline}
		# Any of them may end while it is looked at.
		if [ "${1:-}" != all ]; then
			case $(title "$folder") in *'shutting down'*) continue ;; esac
		fi
		parent=$(sed -n 's/^PPid:[[:space:]]*//p' "$folder/status" 2>/dev/null) || continue
		case $(title "/proc/$parent") in 'nginx: master'*) ;; *) continue ;; esac
		[ "$(sed -n 's/^Uid:[[:space:]]*\([0-9]*\).*/\1/p' "/proc/$parent/status" 2>/dev/null)" = 0 ] || continue
		start_ticks "${folder#/proc/}"
		if [ -n "$ticks" ]; then printf '%s:%s\n' "${folder#/proc/}" "$ticks"; fi
	done || :
}

# lock_nginx: nobody else exchanges anything in nginx's files until unlock_nginx: another app may be led elsewhere just now.
lock_nginx() {
	command exec 7>>/run/belay-nginx.lock && flock -w 60 7
}

unlock_nginx() {
	exec 7>&-
}

# title /proc/PID
title() {
	{ tr '\000' ' ' <"$1/cmdline"; } 2>/dev/null || :
}

# nginx_does ARGUMENT…: nginx's own program, with the file and prefix that the running one was given.
nginx_does() {
	{
		IFS= read -r binary
		IFS= read -r config
		IFS= read -r prefix
	} <"$notes/nginx"
	[ -z "$prefix" ] || set -- -p "$prefix" "$@"
	[ -z "$config" ] || set -- -c "$config" "$@"
	# Its lock and the door's are not nginx's to hold.
	"$binary" "$@" </dev/null 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
}

# reload: returns once new workers take the requests and no old one does any more; 1 where nginx stays with what it had.
reload() {
	before=$(workers)
	if [ -z "$before" ]; then
		echo "nginx has no workers: it does not run"
		return 1
	fi
	# Somebody else may have reloaded nginx meanwhile: those on their way out may lead where the last ones lead.
	workers all >"$notes/old-workers"
	nginx_does -s reload 2>&1 || return 1
	tenths=0
	while :; do
		now=$(workers)
		old=$(printf '%s\n' "$before" | while read -r one; do
			case "$newline$now$newline" in *"$newline$one$newline"*) echo "$one" ;; esac
		done)
		if [ -n "$now" ] && [ -z "$old" ]; then return 0; fi
		if [ "$tenths" -ge 200 ]; then
			echo "10 s after a reload nginx's old workers take requests still: see its error log"
			return 1
		fi
		sleep 0.05
		tenths=$((tenths + 1))
	done
}

# old_workers: how many of the workers from before the last reload are there still, and how many clients of theirs are not handed on
# to any app yet: what they send is taken whole first, as an upload is, or what they get comes from nginx itself. What such workers
# took they bring to its end, and so go on to ask at the address that they know, until they end.
old_workers() {
	old_left=0
	set --
	if [ -f "$notes/old-workers" ]; then
		while IFS=: read -r old_pid old_ticks; do
			if same_process "$old_pid" "$old_ticks"; then
				old_left=$((old_left + 1))
				set -- "$@" "$old_pid"
			fi
		done <"$notes/old-workers"
	fi
	if [ $# -eq 0 ]; then
		echo 0 0
	else
		echo "$old_left $(unpaired "$@")"
	fi
}

# unpaired PID…: how many connections they took that have none to an app beside them. One that came in is at a port on which
# somebody listens.
unpaired() {
	{
		for each_pid; do
			# shellcheck disable=SC2012 # of descriptors, whose names are numbers
			ls -l "/proc/$each_pid/fd" 2>/dev/null | sed -n "s/.*socket:\\[\\([0-9]*\\)\\]\$/held $each_pid \\1/p"
		done
		cat /proc/net/tcp /proc/net/tcp6 2>/dev/null
	} | awk '
		$1 == "held" { holder[$3] = $2; next }
		{ port = $2; sub(/^.*:/, "", port) }
		$4 == "0A" { listens[port] = 1 }
		($4 == "01" || $4 == "08") && ($10 in holder) { at[$10] = port }
		END {
			for (inode in at) balance[holder[inode]] += (at[inode] in listens) ? 1 : -1
			for (pid in balance) if (balance[pid] > 0) sum += balance[pid]
			print sum + 0
		}'
}

# hidden FILE WORD: the name beside it that no include's pattern matches.
hidden() {
	printf '%s/.%s.belay-%s' "${1%/*}" "${1##*/}" "$2"
}

# undone FILE [address]: the file's text with everything put back that was exchanged, also where it was edited since; or the
# address alone, and the line stays.
undone() {
	if [ "${2-}" = address ]; then
		sed -f "$notes/undo-address.sed" -- "$1"
	else
		sed -f "$notes/undo.sed" -- "$1"
	fi
}

# write_undo: the program for that, from the pairs. Behind a port no further digit may stand.
write_undo() {
	while read -r new old; do
		new=$(printf '%s' "$new" | sed 's/[][\\.*^$/]/\\&/g')
		old=$(printf '%s' "$old" | sed 's/[\\&/]/\\&/g')
		case $new in
		*[0-9]) printf 's/%s\\([^0-9]\\)/%s\\1/g\ns/%s$/%s/\n' "$new" "$old" "$new" "$old" ;;
		*) printf 's/%s/%s/g\n' "$new" "$old" ;;
		esac
	done <"$notes/pairs" >"$notes/undo-address.sed"
	cp -- "$notes/undo-address.sed" "$notes/undo.sed"
	if [ -s "$notes/line" ]; then sed 's/[][\\.*^$|]/\\&/g; s/.*/\\|^&$|d/' "$notes/line" >>"$notes/undo.sed"; fi
}

# untouched FILE INDEX: whether it is as it was written last.
untouched() {
	written=
	read -r written <"$notes/sum.$2" || :
	[ "$(sha256sum <"$1")" = "$written" ]
}

# put_back FILE INDEX: a rename where nobody touched it since. Whoever edits it meanwhile loses nothing.
put_back() {
	kept_file=$(hidden "$1" before)
	if [ ! -f "$1" ]; then
		echo "$1 is gone: somebody removed it meanwhile, so nothing is put back there"
	elif [ -f "$kept_file" ] && untouched "$1" "$2"; then
		mv -f -- "$kept_file" "$1"
		echo "$1 is as it was"
	elif rewrite "$1"; then
		echo "$1 was edited meanwhile: only the address is put back in it"
	fi
}

# put_address_back: in all files, and the line that serves a page stays.
put_address_back() {
	index=0
	while IFS= read -r each_file; do
		mine=
		if [ -f "$each_file" ] && untouched "$each_file" "$index"; then mine=1; fi
		if rewrite "$each_file" address && [ -n "$mine" ]; then sha256sum <"$each_file" >"$notes/sum.$index"; fi
		index=$((index + 1))
	done <"$notes/files"
}

# rewrite FILE [address]: what `undone` makes of it; fails where that is what it is. Somebody may edit it at the same moment.
rewrite() {
	new_file=$(hidden "$1" new)
	rounds=0
	while [ "$rounds" -lt 20 ] && [ -f "$1" ]; do
		state=$(stat -c '%i %s %y %z' -- "$1")
		if ! cp -p -- "$1" "$new_file" || ! undone "$1" "${2-}" >"$new_file"; then break; fi
		if cmp -s -- "$1" "$new_file"; then break; fi
		if [ "$(stat -c '%i %s %y %z' -- "$1")" = "$state" ]; then
			mv -f -- "$new_file" "$1"
			return 0
		fi
		rounds=$((rounds + 1))
	done
	rm -f -- "$new_file"
	return 1
}

# put_all_back: all files, whether or not they were exchanged yet. Fails where one still leads to the spare address.
put_all_back() {
	index=0
	while IFS= read -r each_file; do
		put_back "$each_file" "$index"
		index=$((index + 1))
	done <"$notes/files"
	while IFS= read -r each_file; do
		[ -f "$each_file" ] || continue
		undone "$each_file" | cmp -s -- - "$each_file" || return 1
		rm -f -- "$(hidden "$each_file" before)" "$(hidden "$each_file" new)"
	done <"$notes/files"
}

# boot_unit_of UNIT: sets boot_unit and boot_file: what puts nginx's files back should the host start anew meanwhile.
boot_unit_of() {
	boot_unit=${1%.service}-back.service
	boot_file=/etc/systemd/system/$boot_unit
	boot_wanted=/etc/systemd/system/sysinit.target.wants/$boot_unit
}

# forget_boot_unit: systemd never loaded it: it acts at a boot alone.
forget_boot_unit() {
	rm -f -- "$boot_wanted" "$boot_file"
}
