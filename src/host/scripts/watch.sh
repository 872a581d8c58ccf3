# shellcheck shell=sh disable=SC2154 # way of places.sh
# belay:with cron-lines.sh stops.sh places.sh
# What can go wrong around a release that serves: src/host/proof/soak/watch.ts judges it. Changes nothing.
# Fields: led, how many seconds ago visitors were led to the release, empty where they were not; pids, those that listen; then a record
# of each thing that is watched: file, a log, with place, where it was read to, empty where it is read from its end on, and status and
# seconds, expressions of what stands before these in a line, empty where that is not known; or keeper, the record of one that was
# stopped. Output, one fact a line:
#   memory USED LIMIT      bytes that cannot be given back; 0 where there is no limit
#   oom COUNT              processes that the kernel killed there for lack of memory
#   machine AVAILABLE TOTAL   kB
#   log INDEX PLACE REQUESTS ERRORS UNKNOWN     since PLACE before; the first time of what was there already
#   error INDEX STATUS METHOD PATH     some of them
#   old INDEX REQUESTS ERRORS     where visitors were led: of the minutes before that, which the line `log` is without
#   spans INDEX old|new CLASS:COUNT…     how long answers took, in classes as judge-canary.ts has them
#   unreadable INDEX       a log that is not there or may not be read
#   back INDEX             a keeper that is in force again
set -u
export LC_ALL=C
# So much of a log is read at a time; what was written beyond it in between is passed over.
most=1048576
# Of the old release nothing older is looked at, in seconds.
before=900

# requests INDEX PLACE FIRST STATUS SECONDS: what nginx logged, on stdin, in the format that the expressions are of, in its own or
# as JSON. The whole line is a visitor's: of it only status, time, method and path are told. FIRST is `first` where it was written
# before anybody watched.
requests() {
	STATUS=$4 SECONDS_AT=$5 awk -v at="$1" -v place="$2" -v is_first="$3" -v led="$led" -v before="$before" '
		# Seconds since long ago, by the clock on the wall.
		function moment(y, m, d, h, min, s) {
			if (m < 3) { y--; m += 12 }
			return (365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * m - 457) / 5) + d) * 86400 + h * 3600 + min * 60 + s
		}
		# When nginx wrote the line: $time_local or $time_iso8601.
		function written(line, text, name) {
			if (match(line, /[0-3][0-9]\/[A-Z][a-z][a-z]\/[0-9][0-9][0-9][0-9]:[0-2][0-9]:[0-5][0-9]:[0-6][0-9]/)) {
				text = substr(line, RSTART, RLENGTH)
				name = index("JanFebMarAprMayJunJulAugSepOctNovDec", substr(text, 4, 3))
				return moment(substr(text, 8, 4) + 0, (name + 2) / 3, substr(text, 1, 2) + 0, substr(text, 13, 2), substr(text, 16, 2), substr(text, 19, 2))
			}
			if (match(line, /[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]/)) {
				text = substr(line, RSTART, RLENGTH)
				return moment(substr(text, 1, 4) + 0, substr(text, 6, 2) + 0, substr(text, 9, 2) + 0, substr(text, 12, 2), substr(text, 15, 2), substr(text, 18, 2))
			}
			return 0
		}
		# What stands in the line behind what the expression is of.
		function behind(line, expression) {
			return expression != "" && match(line, expression) ? substr(line, RSTART + RLENGTH, 40) : ""
		}
		BEGIN {
			if (led != "") { split(led, part, " "); led_at = moment(part[1] + 0, part[2] + 0, part[3] + 0, part[4], part[5], part[6]) }
		}
		{
			line = substr($0, 1, 4096)
			# What belay asks itself (visitors.sh, and its proofs) no visitor asked.
			if (index(line, "belay (asks as visitors do ") || index(line, "\"belay\"")) next
			status = behind(line, ENVIRON["STATUS"])
			request = match(line, /"[A-Z]+ [^ "]+ HTTP/) ? substr(line, RSTART + 1, RLENGTH - 1) : "? ?"
			if (status ~ /^[1-5][0-9][0-9]/) status = substr(status, 1, 3)
			else if (match(line, /" [1-5][0-9][0-9] /)) {
				status = substr(line, RSTART + 2, 3)
				request = substr(line, 1, RSTART - 1)
				sub(/^.*"/, "", request)
			} else if (match(line, /"status" *: *"?[1-5][0-9][0-9]/)) {
				status = substr(line, RSTART + RLENGTH - 3, 3)
				request = line
				if (!sub(/^.*"request" *: *"/, "", request)) request = "? ?"
			} else status = ""
			if (status == "") { unknown++; next }
			whose = "new"
			if (led != "") {
				seconds = behind(line, ENVIRON["SECONDS_AT"])
				seconds = seconds ~ /^[0-9]+[.][0-9]+/ ? seconds + 0 : ""
				ended = written(line)
				if (ended == 0) { if (is_first) whose = "old" }
				else if (ended < led_at) { if (!is_first || ended < led_at - before) next; whose = "old" }
				# Begun with the old version, as a long download, or in the second in which visitors were led on.
				else if (ended <= led_at + 1 || ended - seconds <= led_at) next
				if (seconds != "" && status != "101") span[whose, int(log(seconds * 1000 + 1) / log(1.1) + 0.5)]++
			}
			if (whose == "old") { old++; if (status ~ /^5/) old_errors++; next }
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
		END {
			print "log", at, place, all + 0, errors + 0, unknown + 0, gateway + 0
			if (led == "") exit
			print "old", at, old + 0, old_errors + 0
			for (key in span) { split(key, part, SUBSEP); spans[part[1]] = spans[part[1]] " " part[2] ":" span[key] }
			for (whose in spans) print "spans", at, whose spans[whose]
		}'
}

# follow_log: of a log's record; place is inode:offset.
follow_log() {
	limit=$most
	# The minutes before, of a site that is much asked.
	if [ -n "$led" ] && [ -z "$place" ]; then limit=$((4 * most)); fi
	told=$(since "$file" "$place" "$limit") || {
		echo "unreadable $logs"
		return
	}
	printf '%s\n' "$told" | {
		IFS= read -r now
		first=
		[ -n "$place" ] || first=first
		requests "$logs" "$now" "$first" "$status" "$seconds"
	}
}

# since FILE PLACE LIMIT: a line with where its end is now, then what was written to it since PLACE. Over no link that somebody else
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
		tail -c "$grown" <&3 | head -c "$grown"' sh "$way" "$2" "$3"
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

fields "$1" led pids
shift
if [ -n "$led" ]; then led=$(date -d "@$(($(date +%s) - led))" '+%Y %m %d %H %M %S'); fi
logs=0 keepers=0
for record; do
	fields "$record" file place status seconds keeper
	if [ -n "$file" ]; then
		follow_log
		logs=$((logs + 1))
	else
		fields "$keeper" kind
		if "is_back_$kind" "$keeper"; then echo "back $keepers"; fi
		keepers=$((keepers + 1))
	fi
done
# shellcheck disable=SC2086 # each one
[ -z "$pids" ] || memory_of $pids
awk '$1 == "MemAvailable:" { free = $2 } $1 == "MemTotal:" { total = $2 } END { print "machine", free + 0, total + 0 }' /proc/meminfo
