# shellcheck shell=sh disable=SC2154 # way of places.sh
# belay:with cron-lines.sh came-back.sh places.sh
# What can go wrong around a release that serves: src/host/proof/soak/watch.ts judges it. Changes nothing.
# Arguments: <n> logs, each with where it was read to (empty: from its end on); <n> keepers, each with kind and three values;
# then the pids that listen. Output, one fact a line:
#   memory USED LIMIT      bytes that cannot be given back; 0 where there is no limit
#   oom COUNT              processes that the kernel killed there for lack of memory
#   machine AVAILABLE TOTAL   kB
#   log INDEX PLACE REQUESTS ERRORS UNKNOWN     since PLACE before; the first time of what was there already
#   error INDEX STATUS METHOD PATH     some of them
#   unreadable INDEX       a log that is not there or may not be read
#   back INDEX             a keeper that is in force again
set -u
export LC_ALL=C
# So much of a log is read at a time; what was written beyond it in between is passed over.
most=1048576

# requests INDEX PLACE: what nginx logged, on stdin, in its own format or as JSON. The whole line is a visitor's: of it only
# status, method and path are told.
requests() {
	awk -v at="$1" -v place="$2" '
		{
			line = substr($0, 1, 4096)
			# What belay asks itself (visitors.sh) no visitor asked.
			if (index(line, "belay (asks as visitors do ")) next
			status = ""
			if (match(line, /" [1-5][0-9][0-9] /)) {
				status = substr(line, RSTART + 2, 3)
				request = substr(line, 1, RSTART - 1)
				sub(/^.*"/, "", request)
			} else if (match(line, /"status" *: *"?[1-5][0-9][0-9]/)) {
				status = substr(line, RSTART + RLENGTH - 3, 3)
				request = line
				if (!sub(/^.*"request" *: *"/, "", request)) request = "? ?"
			}
			if (status == "") { unknown++; next }
			all++
			if (status !~ /^5/) next
			errors++
			# While a release is changed these are the change, so before it they say nothing.
			if (status == "502" || status == "504") gateway++
			if (errors > 5) next
			split(request, word, " ")
			sub(/[?#].*$/, "", word[2])
			gsub(/[^A-Z]/, "", word[1])
			gsub(/[^!-~]/, "?", word[2])
			print "error", at, status, (word[1] == "" ? "?" : word[1]), substr(word[2], 1, 200)
		}
		END { print "log", at, place, all + 0, errors + 0, unknown + 0, gateway + 0 }'
}

# follow_log INDEX FILE PLACE: PLACE is inode:offset.
follow_log() {
	told=$(since "$2" "$3") || {
		echo "unreadable $1"
		return
	}
	printf '%s\n' "$told" | {
		IFS= read -r now
		requests "$1" "$now"
	}
}

# since FILE PLACE: a line with where its end is now, then what was written to it since PLACE. Over no link that somebody else
# may have planted, the last one least of all, and as whom its folder belongs to.
since() (
	straight "$1" && cd -P -- "${way%/*}/" && [ -f "./${way##*/}" ] || exit 1
	# shellcheck disable=SC2016 # for the shell that reads as that user
	as_owner sh -c '
		exec 3<"./${1##*/}" && [ "$(readlink /proc/self/fd/3)" = "$1" ] && now=$(stat -L -c %i:%s /proc/self/fd/3) || exit 1
		echo "$now"
		size=${now#*:} grown=${now#*:}
		# Else seen for the first time, or rotated.
		if [ "${2%:*}" = "${now%:*}" ] && [ "${2#*:}" -le "$size" ]; then grown=$((size - ${2#*:})); fi
		[ "$grown" -le "$3" ] || grown=$3
		tail -c "$grown" <&3 | head -c "$grown"' sh "$way" "$2" "$most"
) 2>/dev/null

# memory_of PID…: of the cgroup in which the first one is, with the narrowest limit above it; else of the processes of its unit.
memory_of() {
	used='' limit=0
	group=$(sed -n 's/^0:://p' "/proc/$1/cgroup" 2>/dev/null)
	folder=/sys/fs/cgroup$group
	# cgroups v1: this sum and this limit hold for what is below, and within what is above.
	old=$(sed -n 's/^[0-9]*:\([^:]*,\)\{0,1\}memory\(,[^:]*\)\{0,1\}://p' "/proc/$1/cgroup" 2>/dev/null)
	old_folder=/sys/fs/cgroup/memory$old
	# Pages of files are given back when memory is short, so they are left out.
	if [ -n "$group" ] && [ -r "$folder/memory.stat" ]; then
		used=$(awk '$1 == "anon" || $1 == "kernel_stack" { sum += $2 } END { printf "%.0f\n", sum }' "$folder/memory.stat")
		sed -n 's/^oom_kill /oom /p' "$folder/memory.events" 2>/dev/null
		while [ "$folder" != /sys/fs/cgroup ]; do
			top=$(cat "$folder/memory.max" 2>/dev/null)
			case $top in
			'' | *[!0-9]*) ;;
			*) if [ "$limit" -eq 0 ] || [ "$top" -lt "$limit" ]; then limit=$top; fi ;;
			esac
			folder=${folder%/*}
		done
	elif [ "${old:-/}" != / ] && [ -r "$old_folder/memory.stat" ]; then
		used=$(sed -n 's/^total_rss //p' "$old_folder/memory.stat")
		limit=$(sed -n 's/^hierarchical_memory_limit //p' "$old_folder/memory.stat")
		sed -n 's/^oom_kill /oom /p' "$old_folder/memory.oom_control" 2>/dev/null
	else
		for mounted in "$folder" "/sys/fs/cgroup/unified$group"; do
			if [ "${group:-/}" != / ] && [ -r "$mounted/cgroup.procs" ]; then
				while read -r one; do set -- "$@" "$one"; done <"$mounted/cgroup.procs"
			fi
		done
		used=$(printf '%s\n' "$@" | sort -un | sed 's#.*#/proc/&/status#' | xargs cat 2>/dev/null |
			awk '/^RssAnon:/ { sum += $2 } END { printf "%.0f\n", sum * 1024 }')
	fi
	printf 'memory %s %s\n' "${used:-0}" "${limit:-0}"
}

count=$1
shift
index=0
while [ "$index" -lt "$count" ]; do
	follow_log "$index" "$1" "$2"
	shift 2
	index=$((index + 1))
done
count=$1
shift
index=0
while [ "$index" -lt "$count" ]; do
	if is_back "$1" "$2" "$3" "$4"; then echo "back $index"; fi
	shift 4
	index=$((index + 1))
done
[ $# -eq 0 ] || memory_of "$@"
awk '$1 == "MemAvailable:" { free = $2 } $1 == "MemTotal:" { total = $2 } END { print "machine", free + 0, total + 0 }' /proc/meminfo
