# shellcheck shell=sh disable=SC2034,SC2154 # nonce, path and the like are of the script that includes this
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
	printf 'hostname=%s\n' "$(uname -n)"
	printf 'kernel=%s\n' "$(uname -r)"
	sed -n 's/^PRETTY_NAME=/os=/p' /etc/os-release 2>/dev/null
	printf 'effective=%s\n' "$(id -u)"
	printf 'user=%s\nuid=%s\n' "${SUDO_USER:-$(id -un)}" "${SUDO_UID:-$(id -u)}"
	printf 'now=%s\n' "$(date +%s)"
	printf 'ticks=%s\n' "$(getconf CLK_TCK 2>/dev/null || echo 100)"
	IFS= read -r line </proc/1/comm && printf 'init=%s\n' "$line"
	IFS= read -r boot </proc/sys/kernel/random/boot_id && printf 'boot=%s\n' "$boot"
	sed -n 's/^MemAvailable: *\([0-9]*\) kB/memory=\1/p' /proc/meminfo
	sed -n 's/^btime /booted=/p' /proc/stat
	# proc_pid(5) does not say it, the kernel's fib_trie.c does: before `/32 host LOCAL` stands one of the host's own addresses.
	printf 'addresses=%s %s\n' \
		"$(awk '/32 host LOCAL/ && at !~ /^127\./ && !seen[at]++ { printf "%s ", at } { at = $2 }' /proc/net/fib_trie 2>/dev/null)" \
		"$(ip -6 -o addr show scope global 2>/dev/null | awk '{ sub(/\/.*/, "", $4); printf "%s ", $4 }')"
}

read_tools() {
	section tools
	for tool in ss flock setsid setpriv runuser tar find sha256sum python3 node npm nginx pm2 systemctl systemd-run \
		crontab curl stdbuf timeout git pip3 restorecon; do
		printf '%s=%s\n' "$tool" "$(command -v "$tool" 2>/dev/null)"
	done
	# Of busybox they lack what the scripts ask of util-linux's: as good as absent.
	for tool in flock setpriv; do
		case $(readlink -f "$(command -v "$tool" 2>/dev/null)" 2>/dev/null) in */busybox) printf '%s=busybox\n' "$tool" ;; esac
	done
}

# --- the app's path, where it really lies (real), and what lies beside it
read_app() {
	there=$path
	while [ ! -e "$there" ] && [ "$there" != / ]; do there=$(dirname "$there"); done
	parent=$(dirname "$path")
	nearest=$parent
	while [ ! -e "$nearest" ] && [ "$nearest" != / ]; do nearest=$(dirname "$nearest"); done

	section disk
	df -Pk "$there" 2>&1 | head -c 4096
	section inodes
	df -Pi "$there" 2>&1 | head -c 4096

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
		tcp=$(ss -ltnpH 2>&1 | head -c 262144)
		section tcp
		printf '%s\n' "$tcp"
		# Neither abstract sockets nor those of the system itself; nor one with a line break in its name, which could say
		# that somebody else listens.
		unix=$(ss -lxpH not src "unix:*$newline*" 2>&1 | grep -v -e ' @' -e ' /run/systemd/' -e ' /run/dbus/' | head -c 131072)
		section unix
		printf '%s\n' "$unix"
		if [ ${#tcp} -ge 262143 ]; then incomplete listeners 'TCP: more than 256 KiB of them'; fi
		if [ ${#unix} -ge 131071 ]; then incomplete listeners 'unix sockets: more than 128 KiB of them'; fi
		listening=$(printf '%s\n' "$tcp" "$unix" | tr ',' '\n' | sed -n 's/^pid=\([0-9][0-9]*\)$/\1/p' | sort -un)
		return
	fi
	section proc-tcp
	tcp=$(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk '$4 == "0A"' | head -c 262144)
	printf '%s\n' "$tcp"
	section proc-sockets
	# busybox's find prints no links; with one folder alone ls would not name it.
	sockets=$(printf '%s\0' /proc/[0-9]*/fd | xargs -0 ls "-ln$(ls_q)" /proc/self/fd 2>/dev/null | awk '
		/^\/proc\/[0-9a-z]+\/fd:$/ { folder = substr($0, 1, length($0) - 1) }
		folder != "/proc/self/fd" && (at = index($0, " -> socket:[")) > 0 { print folder " " substr($0, at + 4) }' | head -c 1048576)
	printf '%s\n' "$sockets"
	if [ ${#tcp} -ge 262143 ] || [ ${#sockets} -ge 1048575 ]; then incomplete listeners 'more of them, or of sockets, than are looked at'; fi
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
		head -c 131072 "/proc/$pid/environ" 2>/dev/null | tr '\n\0' '\001\n' |
			sed -n 's/^\([A-Z_][A-Z0-9_]*\)=.*$/\1/p' | head -n 200
	done
}

# --- processes: those that listen or work in the app's folders (with `anywhere`, in any folder but the root), their
# ancestors, nginx with its workers and pm2's daemons; with `anywhere` not this script itself
read_processes() {
	# Of those that are not believed no more than are told: anybody may call a thousand processes nginx.
	# shellcheck disable=SC2086 # folders
	titled=$({
		printf '%s\n' $masters $supervisors $pm2_daemons | sed -n 's#^/proc/##p'
		printf '%s\n' "$doubts" | awk '{ print $2 }'
	})
	# Zeros part them: a folder's name with a line break in it would say where another process works.
	working=$(printf '%s\0' /proc/[0-9]*/cwd | xargs -0 sh -c 'exec find "$@" -maxdepth 0 -printf "%h %l\0"' sh 2>/dev/null | tr '\n\0' '?\n')
	if [ -z "$working" ]; then
		working=$(for folder in /proc/[0-9]*; do printf '%s %s\0' "$folder" "$(readlink "$folder/cwd" 2>/dev/null)"; done | tr '\n\0' '?\n')
	fi
	self=
	if [ -n "$anywhere" ]; then
		pid=$$
		while [ "${pid:-0}" -gt 1 ]; do
			self="$self $pid"
			pid=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$pid/status" 2>/dev/null)
		done
	fi
	inside=$(printf '%s\n' "$working" | P="$path" R="$real" B="$belay" SELF="$self " awk '
		function within(cwd, root) { return cwd == root || index(cwd, root "/") == 1 }
		{ pid = $1; sub(/^\/proc\//, "", pid); cwd = substr($0, length($1) + 2); sub(/ \(deleted\)$/, "", cwd) }
		ENVIRON["SELF"] != " " { if (cwd != "/" && !index(ENVIRON["SELF"], " " pid " ")) print pid; next }
		within(cwd, ENVIRON["P"]) || within(cwd, ENVIRON["R"]) || within(cwd, ENVIRON["B"]) { print pid }')
	# shellcheck disable=SC2086 # folders
	pids=$({
		printf '%s\n' "$listening" "$titled" "$inside"
		parents
	} | MASTERS=" $(printf '%s ' $masters)" awk '
		NF < 2 { wanted[++n] = $1; next }
		{ split($1, part, "/"); parent[part[3]] = $2 }
		# Whoever may not see who listens sees them so: they tell when nginx loaded its configuration.
		index(ENVIRON["MASTERS"], " /proc/" $2 " ") { wanted[++n] = part[3] }
		END {
			for (i = 1; i <= n; i++)
				for (pid = wanted[i]; pid > 1 && !(pid in seen); pid = parent[pid]) { seen[pid] = 1; print pid }
		}' | sort -n)
	all=$(printf '%s\n' "$pids" | grep -c .)
	if [ "$all" -gt 400 ]; then
		incomplete processes "$all listen, work in the app's folders or say that they are nginx, pm2 or supervisord; 400 are looked at"
		pids=$(printf '%s\n' "$pids" | head -n 400)
	fi
	folders=
	for pid in $pids; do
		section process "$pid"
		# The boot id keeps the files apart: the first two lines that consist of it cannot be content, because neither a
		# process name of 15 bytes nor a cgroup path has room for one. One fork instead of three.
		head -q -c 8192 "/proc/$pid/stat" /proc/sys/kernel/random/boot_id "/proc/$pid/cgroup" \
			/proc/sys/kernel/random/boot_id "/proc/$pid/cmdline" 2>/dev/null
		folders="$folders /proc/$pid"
	done
	[ -n "$folders" ] || return 0
	# shellcheck disable=SC2086 # a list of folders without blanks
	owners=$(printf '%s/status\0' $folders | xargs -0 grep -H '^Uid:' 2>/dev/null | awk '{ sub(/\/status:Uid:/, "", $1); print $1, $2 }' | with_names)
	section cwd
	# shellcheck disable=SC2086 # a list of folders without blanks
	{
		printf '%s\n' "$working" | P="$folders" awk 'index(ENVIRON["P"] " ", " " $1 " ")' | head -c 262144
		section owners
		printf '%s\n' "$owners"
		section roots
		# shellcheck disable=SC2046
		stat -L -c '%n %d:%i' / $(printf '%s/root/ ' $folders) 2>/dev/null
		section environ
		for folder in $folders; do printf '%s\0' "$folder/environ"; done |
			xargs -0 grep -aHzoE '^BELAY_RELEASE=[0-9A-Za-z-]{1,64}' 2>/dev/null | tr '\0' '\n'
	}
}

nginx_folder=/etc/nginx config='' pids='' listening='' working='' real='' anywhere='' owners=''
