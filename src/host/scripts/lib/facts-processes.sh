# shellcheck shell=sh disable=SC2034,SC2154 # nonce, path and the like are of the script that includes this
# Part of inspect.sh and survey.sh, as facts.sh.

# Processes: those that listen or work in the app's folders (with `anywhere`, in any folder but the root), their
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
