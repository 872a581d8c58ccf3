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
		head -c 131072 "/proc/$pid/environ" 2>/dev/null | tr '\n\0' '\001\n' |
			awk '/^[A-Z_][A-Z0-9_]*=/ && ++n <= 200 { sub(/=.*/, ""); print }'
	done
}

# --- processes: those that listen or work in the app's folders (with `anywhere`, in any folder but the root), their
# ancestors, nginx with its workers and pm2's daemons; with `anywhere` not this script itself
read_processes() {
	# Of those that are not believed no more than are told: anybody may call a thousand processes nginx.
	titled=
	for folder in $masters $supervisors $pm2_daemons; do
		case $folder in /*) titled="$titled${folder#/proc/}$newline" ;; esac
	done
	while read -r _ pid _; do titled="$titled$pid$newline"; done <<-END
		$doubts
	END
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
	# Those, and their ancestors: `<pid> <uid> [<unit>]`, from what only the kernel writes.
	chosen=$(printf '%s\n' "$listening" "$titled" "$inside" | MASTERS="$newline$masters" WORKERS=$workers awk "$ancestors" | sort -n)
	pids='' all=0 owned='' pid_units=''
	while read -r pid uid unit_of; do
		[ -n "$pid" ] || continue
		all=$((all + 1))
		[ "$all" -le "$processes_most" ] || continue
		pids="$pids $pid"
		owned="$owned/proc/$pid $uid$newline"
		case $newline$pid_units in *"$newline$unit_of$newline"*) ;; *) pid_units="$pid_units$unit_of$newline" ;; esac
	done <<-END
		$chosen
	END
	if [ "$all" -gt "$processes_most" ]; then
		incomplete processes "$all listen, work in the app's folders or say that they are nginx, pm2 or supervisord; $processes_most are looked at"
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
	owners=$(printf '%s' "$owned" | with_names)
	section cwd
	# shellcheck disable=SC2086 # a list of folders without blanks
	{
		printf '%s\n' "$working" | P="$folders" awk '
			BEGIN { n = split(ENVIRON["P"], folder, " "); for (i = 1; i <= n; i++) chosen[folder[i]] = 1 }
			$1 in chosen { print substr($0, 1, 1000) }'
		section owners
		printf '%s\n' "$owners"
		section roots
		# shellcheck disable=SC2046
		stat -L -c '%n %d:%i' / $(printf '%s/root/ ' $folders) 2>/dev/null
		section environ
		printf '%s/environ\0' $folders |
			xargs -0 grep -aHzoE '^BELAY_RELEASE=[0-9A-Za-z-]{1,64}' 2>/dev/null | tr '\0' '\n'
	}
}

# How many processes are looked at.
processes_most=1500

# Of pids, one a line; init itself only where it is one of them, as where it listens for a socket unit. A unit is told by its first name that ends so, from above.
# shellcheck disable=SC2016 # awk's own dollar signs
ancestors='
	{ wanted[++n] = $1 }
	function look(pid, file, line, part, k, i) {
		file = "/proc/" pid "/status"
		parent = uid = unit = ""
		while (uid == "" && (getline line < file) > 0) {
			if (line ~ /^PPid:/) { split(line, part, /[ \t]+/); parent = part[2] }
			if (line ~ /^Uid:/) { split(line, part, /[ \t]+/); uid = part[2] }
		}
		close(file)
		file = "/proc/" pid "/cgroup"
		while (unit == "" && (getline line < file) > 0)
			if (line ~ /^(0::|[0-9]+:name=systemd:)/) {
				k = split(line, part, "/")
				for (i = 2; i <= k && unit == ""; i++) if (part[i] ~ /\.service$/) unit = part[i]
			}
		close(file)
	}
	END {
		# Whoever may not see who listens sees them so: they tell when nginx loaded its configuration.
		k = split(ENVIRON["WORKERS"], worker, "\n")
		for (i = 1; i < k; i++) {
			look(worker[i])
			if (uid != "" && index(ENVIRON["MASTERS"], "\n/proc/" parent "\n")) wanted[++n] = worker[i]
		}
		for (i = 1; i <= n; i++)
			for (pid = wanted[i]; (pid + 0 > 1 || pid == 1 && pid == wanted[i]) && !(pid in seen); pid = parent) {
				seen[pid] = 1
				look(pid)
				if (uid != "") print pid, uid, unit
			}
	}'

nginx_folder=/etc/nginx config='' pids='' listening='' working='' real='' anywhere='' owners='' pid_units=''
