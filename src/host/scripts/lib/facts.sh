# shellcheck shell=sh disable=SC2034,SC2154 # nonce, path and the like are of the script that includes this
# belay:with facts-processes.sh
# Parts of inspect.sh and survey.sh: each reads one kind of facts and prints it as sections, each after a line
# `<nonce> <name> <rest>`; src/host/facts/sections.ts takes them apart. Nothing is changed, nothing is started.
set -u
export LC_ALL=C
# Or this script would be found working in the app's folder, where that is its user's home.
cd /

section() {
	printf '\n%s %s\n' "$nonce" "$*"
}

# incomplete FACT WHY: a list was cut, so what depends on it is unknown.
incomplete() {
	section incomplete
	printf '%s\t%s\n' "$1" "$2"
}

# within_seconds COMMAND…: what may hang (a dead network drive, a daemon that does not answer) is left after 10 s.
within_seconds() {
	if command -v timeout >/dev/null; then timeout 10 "$@"; else "$@"; fi
}

# --- the system
read_system() {
	section system
	IFS= read -r line </proc/sys/kernel/hostname && printf 'hostname=%s\n' "$line"
	IFS= read -r line </proc/sys/kernel/osrelease && printf 'kernel=%s\n' "$line"
	printf 'effective=%s\n' "$my_uid"
	printf 'user=%s\nuid=%s\n' "${SUDO_USER:-$(id -un)}" "${SUDO_UID:-$my_uid}"
	printf 'now=%s\n' "$(date +%s)"
	ticks=$(getconf CLK_TCK 2>/dev/null)
	page=$(getconf PAGESIZE 2>/dev/null)
	printf 'ticks=%s\npage=%s\n' "${ticks:-100}" "${page:-4096}"
	IFS= read -r line </proc/1/comm && printf 'init=%s\n' "$line"
	IFS= read -r boot </proc/sys/kernel/random/boot_id && printf 'boot=%s\n' "$boot"
	# It ends without a line break.
	line=
	[ ! -r /sys/fs/selinux/enforce ] || IFS= read -r line </sys/fs/selinux/enforce || :
	[ -z "$line" ] || printf 'selinux=%s\n' "$line"
	outside=
	if [ -r /proc/net/if_inet6 ]; then
		while read -r _ _ _ scope _; do
			[ "$scope" != 00 ] || outside=yes
		done </proc/net/if_inet6
	fi
	[ -z "$outside" ] || outside=$(ip -6 -o addr show scope global 2>/dev/null | awk '{ sub(/\/.*/, "", $4); printf "%s ", $4 }')
	set --
	for file in /etc/os-release /proc/meminfo /proc/stat /proc/net/fib_trie; do [ ! -r "$file" ] || set -- "$@" "$file"; done
	# proc_pid(5) does not say it, the kernel's fib_trie.c does: before `/32 host LOCAL` stands one of the host's own addresses.
	OUTSIDE=$outside awk '
		sub(/^PRETTY_NAME=/, "") { print "os=" $0 }
		/^MemAvailable: .* kB$/ { print "memory=" $2 }
		/^btime / { print "booted=" $2 }
		/32 host LOCAL/ && at !~ /^127\./ && !seen[at]++ { addresses = addresses at " " }
		{ at = $2 }
		END { print "addresses=" addresses " " ENVIRON["OUTSIDE"] }' "$@"
}

read_tools() {
	section tools
	for tool in ss flock setsid setpriv runuser tar find sha256sum python3 node npm nginx pm2 systemctl systemd-run \
		crontab curl stdbuf timeout git pip3 restorecon; do
		printf '%s=' "$tool"
		command -v "$tool" 2>/dev/null || echo
	done
	# Of busybox they lack what the scripts ask of util-linux's: as good as absent.
	for tool in flock setpriv; do
		found=$(command -v "$tool" 2>/dev/null)
		[ -L "$found" ] || continue
		case $(readlink -f "$found" 2>/dev/null) in */busybox) printf '%s=busybox\n' "$tool" ;; esac
	done
}

# --- the app's path, where it really lies (real), and what lies beside it

# nearest_of PATH: sets nearest to the last folder on the way there that is there.
nearest_of() {
	nearest=$1
	while [ ! -e "${nearest:-/}" ]; do nearest=${nearest%/*}; done
	nearest=${nearest:-/}
}

read_app() {
	nearest_of "$path"
	section disk
	df -Pk "$nearest" 2>&1
	section inodes
	df -Pi "$nearest" 2>&1

	section app
	if [ -L "$path" ]; then
		printf 'kind=symlink\ntarget=%s\n' "$(readlink "$path")"
	elif [ ! -e "$path" ]; then
		echo kind=absent
	elif [ ! -d "$path" ]; then
		echo kind=other
	elif P="$path" awk '{ gsub(/\\040/, " ", $5); if ($5 == ENVIRON["P"]) found = 1 } END { exit !found }' /proc/self/mountinfo; then
		echo kind=mount
	else
		echo kind=directory
	fi
	printf 'real=%s\n' "$real"
	nearest_of "${path%/*}"
	if [ -w "$nearest" ]; then echo writable=yes; fi
	if [ -e "$path" ]; then printf 'owner=%s\n' "$(stat -L -c %U "$path" 2>/dev/null)"; fi
	if [ -n "$user" ]; then
		if id -u "$user" >/dev/null 2>&1; then echo userExists=yes; else echo userExists=no; fi
	fi

	read_state
}

# --- listeners
read_listeners() {
	if command -v ss >/dev/null; then
		tcp=$(ss -ltnpH 2>&1 | head -c 786432)
		section tcp
		printf '%s\n' "$tcp"
		# Neither abstract sockets nor those of the system itself; nor one with a line break in its name, which could say
		# that somebody else listens.
		unix=$(ss -lxpH not src "unix:*$newline*" 2>&1 | grep -v -e ' @' -e ' /run/systemd/' -e ' /run/dbus/' | head -c 262144)
		section unix
		printf '%s\n' "$unix"
		if [ ${#tcp} -ge 786431 ]; then incomplete listeners 'TCP: more than 768 KiB of them'; fi
		if [ ${#unix} -ge 262143 ]; then incomplete listeners 'unix sockets: more than 256 KiB of them'; fi
		listening=$(printf '%s\n' "$tcp" "$unix" | awk '
			{ n = split($0, part, ","); for (i = 1; i <= n; i++) if (part[i] ~ /^pid=[0-9]+$/ && !seen[part[i]]++) print substr(part[i], 5) }')
		return
	fi
	section proc-tcp
	tcp=$(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk '$4 == "0A"' | head -c 786432)
	printf '%s\n' "$tcp"
	section proc-sockets
	# busybox's find prints no links; with one folder alone ls would not name it.
	sockets=$(printf '%s\0' /proc/[0-9]*/fd | xargs -0 ls "-ln$(ls_q)" /proc/self/fd 2>/dev/null | awk '
		/^\/proc\/[0-9a-z]+\/fd:$/ { folder = substr($0, 1, length($0) - 1) }
		folder != "/proc/self/fd" && (at = index($0, " -> socket:[")) > 0 { print folder " " substr($0, at + 4) }' | head -c 1048576)
	printf '%s\n' "$sockets"
	if [ ${#tcp} -ge 786431 ] || [ ${#sockets} -ge 1048575 ]; then incomplete listeners 'more of them, or of sockets, than are looked at'; fi
	inodes=$(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk '$4 == "0A" { printf "|%s", $10 }')
	listening=$(printf '%s\n' "$sockets" | sed -n "s#^/proc/\([0-9]*\)/fd socket:\[\(0$inodes\)\]\$#\1#p" | sort -un)
}

# read_variables PID…: which variables processes were given, of a hundred at most: their names, never a value. Of one over several lines the later
# lines could look like names, so newlines and zeros change places.
read_variables() {
	count=0
	for pid; do
		count=$((count + 1))
		[ "$count" -le 100 ] || return 0
		section variables "$pid"
		if is_overwritten "$pid"; then
			variables_of_unit "$pid"
		else
			head -c 131072 "/proc/$pid/environ" 2>/dev/null | tr '\n\0' '\001\n' |
				awk '/^[A-Za-z_][A-Za-z0-9_]*=/ && ++n <= 300 { sub(/=.*/, ""); print }'
		fi
	done
}

# is_overwritten PID: whether a title lies where its variables were: what begins there is none.
is_overwritten() {
	[ -n "$(head -c 4096 "/proc/$1/environ" 2>/dev/null | tr '\n\0' '\001\n' | awk 'NR == 1 && !/^[^=[:space:]]+=/ { print "so" }')" ]
}

# variables_of_unit PID: what its unit says that it gives, names alone, behind a line `= <unit>`; `=` alone where no unit keeps it.
variables_of_unit() {
	unit_of=$(sed -n -e 's/^0:://p' -e 's/^[0-9]*:name=systemd://p' "/proc/$1/cgroup" 2>/dev/null | tr / '\n' | grep '\.service$' | head -n 1)
	case $unit_of in
	'' | pm2-* | supervisor*) echo '=' ;;
	*)
		echo "= $unit_of"
		systemctl show -p Environment -p EnvironmentFiles -- "$unit_of" 2>/dev/null | while IFS= read -r belay_line; do
			case $belay_line in
			EnvironmentFiles=/*)
				belay_line=${belay_line#*=}
				head -c 131072 -- "${belay_line% (*}" 2>/dev/null | sed -n 's/^[[:space:]]*\([A-Za-z_][A-Za-z0-9_]*\)[[:space:]]*=.*/\1/p' | head -n 300
				;;
			Environment=*) printf '%s\n' "${belay_line#*=}" | names_of_words ;;
			esac
		done
		;;
	esac
}

# names_of_words: of `A=1 "B=two words"` on stdin, as systemd writes it, the names.
names_of_words() {
	awk '{
		word = ""
		for (i = 1; i <= length($0) + 1; i++) {
			one = substr($0, i, 1)
			if (one == "\\") { word = word substr($0, ++i, 1); continue }
			if (one == "\"") { quoted = !quoted; continue }
			if ((one == " " && !quoted) || one == "") {
				if (word ~ /^[A-Za-z_][A-Za-z0-9_]*=/) { sub(/=.*/, "", word); print word }
				word = ""
			} else word = word one
		}
	}'
}
