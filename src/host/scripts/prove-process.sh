# shellcheck shell=sh disable=SC2154 # bind_kind and the like are fields
# belay:with state.sh processes.sh places.sh as-user.sh trust.sh pm2.sh keepers.sh rehearsals.sh pm2-entry.cjs
# What the keeper says of the new release, and who listens at the app's address: src/host/proof/process-proof.ts judges it.
# Fields: keeper bind_kind bind_where tree
# Output, one fact a line: `uid N`; `ticks N`; `tree PATH`, without symlinks; `keeper NAME=VALUE`; `listener INODE ADDRESS`;
# `refused USER MODE OWNER` where nginx's user may not connect to the socket;
# and for each process that holds a listener `process PID START INODE`, `ancestors PID PARENT…`, `cgroup PID PATH`,
# `cwd PID PATH`, `in-tree PID` where that folder or one above it is the release's tree itself, `release PID NAME`.
set -u
export LC_ALL=C
fields "$1" keeper bind_kind bind_where tree
use_keeper "$keeper"

# in_tree PID: by device and inode, as a mount namespace may show the tree under another name. One fork for all that is above.
tree_id=$(stat -L -c %d:%i -- "$tree" 2>/dev/null)
in_tree() {
	above=/proc/$1/cwd
	set --
	while [ $# -lt 12 ]; do
		set -- "$@" "$above"
		above=$above/..
	done
	stat -L -c %d:%i -- "$@" 2>/dev/null | grep -qxF -e "${tree_id:-none}"
}

printf 'uid %s\n' "$(id -u)"
printf 'ticks %s\n' "$(getconf CLK_TCK 2>/dev/null || echo 100)"
printf 'tree %s\n' "$(readlink -f "$tree" 2>/dev/null || printf '%s' "$tree")"
"${keeper_kind}_facts"

# State 0A is LISTEN; a listening unix socket carries the flag 00010000. From the kernel rather than from ss, which a host
# may lack.
if [ "$bind_kind" = port ]; then
	listeners=$(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
		PORT=$(printf '%04X' "$bind_where") awk '$4 == "0A" && $2 ~ ":" ENVIRON["PORT"] "$" { print $10, $2 }')
else
	listeners=$(AT=$bind_where REAL=$(readlink -f "$bind_where" 2>/dev/null) awk '
		$4 == "00010000" {
			inode = $7
			path = $0
			sub(/^([^ ]+ +)([^ ]+ +)([^ ]+ +)([^ ]+ +)([^ ]+ +)([^ ]+ +)[^ ]+ /, "", path)
			if (path == ENVIRON["AT"] || path == ENVIRON["REAL"]) print inode, path
		}' /proc/net/unix)
fi
[ -n "$listeners" ] || exit 0
printf '%s\n' "$listeners" | sed 's/^/listener /'

# nginx_user: as whom root's nginx connects. Others' processes may say that they are its workers: their parent is not root's.
nginx_user() {
	printf '%s\0' /proc/[0-9]*/cmdline | xargs -0 grep -al '^nginx: worker process' 2>/dev/null | while read -r worker; do
		parent=$(sed -n 's/^PPid:[[:space:]]*//p' "${worker%cmdline}status" 2>/dev/null)
		real_uid "/proc/$parent"
		[ "$uid" = 0 ] || continue
		real_uid "${worker%/cmdline}"
		echo "nginx $uid" | with_names | sed 's/^nginx //'
		break
	done
}

# Only root can look with another's eyes.
if [ "$bind_kind" = socket ] && [ "$(id -u)" -eq 0 ]; then
	visitor=$(nginx_user)
	if id -u "$visitor" >/dev/null 2>&1 && ! as_user "$visitor" test -w "$bind_where"; then
		printf 'refused %s %s\n' "$visitor" "$(stat -c '%A %U:%G' "$bind_where" 2>/dev/null)"
	fi
fi

# One ls for all processes; a readlink for each descriptor would take seconds. With one folder alone it would not name it.
holders=$(printf '%s\0' /proc/[0-9]*/fd | xargs -0 ls "-l$(ls_q)" /proc/self/fd 2>/dev/null | LISTENERS=$listeners awk '
	BEGIN {
		count = split(ENVIRON["LISTENERS"], lines, "\n")
		for (i = 1; i <= count; i++) { split(lines[i], part, " "); wanted["socket:[" part[1] "]"] = part[1] }
	}
	/^\/proc\// { split($1, folder, "/"); pid = folder[3] }
	pid != "self" && $NF in wanted { if (!seen[pid, $NF]++) print pid, wanted[$NF] }' | head -n 400)
[ -n "$holders" ] || exit 0

printf '%s\n' "$holders" | while read -r pid inode; do
	start_ticks "$pid"
	[ -n "$ticks" ] || continue
	printf 'process %s %s %s\n' "$pid" "$ticks" "$inode"
	sed -n -e "s/^0::/cgroup $pid /p" -e "s/^[0-9]*:name=systemd:/cgroup $pid /p" "/proc/$pid/cgroup" 2>/dev/null
	printf 'cwd %s %s\n' "$pid" "$(readlink -n "/proc/$pid/cwd" 2>/dev/null | tr '\n' '?')"
	if in_tree "$pid"; then printf 'in-tree %s\n' "$pid"; fi
	tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | sed -n "s/^BELAY_RELEASE=/release $pid /p" | head -n 1
done
parents | HOLDERS=$holders awk '
	{ split($1, part, "/"); parent[part[3]] = $2 }
	END {
		count = split(ENVIRON["HOLDERS"], lines, "\n")
		for (i = 1; i <= count; i++) {
			split(lines[i], part, " ")
			line = "ancestors " part[1]
			for (at = parent[part[1]]; at > 1 && (at in parent) && !seen[part[1], at]++; at = parent[at]) line = line " " at
			print line
		}
	}'
