# shellcheck shell=sh disable=SC2154 # backup of kept.sh
# What visitors see while a release is changed: visitors.sh asks for it, as a process of its own.

# ask_as_visitors: begins with it, where pages are known to ask for, and waits until each was asked once; where it asks already it
# goes on. After backup_of.
ask_as_visitors() {
	[ -s "$backup/way-back/ask" ] && [ -s "$backup/way-back/visitors" ] && command -v curl >/dev/null || return 0
	# In a session of its own, as what the deployment began is ended by its session on the way back.
	setsid sh "$backup/way-back/visitors" "$backup" </dev/null >/dev/null 2>&1 8>&- 9>&- &
	tenths=0
	# Of those that may not be asked often the first is enough.
	pages=$(grep -vc ' metered$' "$backup/way-back/ask") || pages=1
	until [ "$(answers_of_visitors)" -ge "$pages" ] || [ "$tenths" -ge 50 ]; do
		sleep 0.1
		tenths=$((tenths + 1))
	done
}

# answers_of_visitors: how many were written down.
answers_of_visitors() {
	wc -l 2>/dev/null <"$backup/visitors" || echo 0
}

# tell_visitors: ends it and tells what it saw; nothing where it ended before, because then nobody knows what came after.
tell_visitors() {
	[ -s "$backup/visitors" ] || return 0
	visitors_pid='' visitors_ticks=''
	read -r _ visitors_pid visitors_ticks <"$backup/visitors-last" || :
	same_process "$visitors_pid" "$visitors_ticks" || return 0
	kill "$visitors_pid" 2>/dev/null || :
	tenths=0
	while same_process "$visitors_pid" "$visitors_ticks" && [ "$tenths" -lt 30 ]; do
		sleep 0.1
		tenths=$((tenths + 1))
	done
	# Answers come in another order than they were asked for. Short, as the end of a long output is all that is told: of later ones nothing is known.
	sort -n "$backup/visitors" | head -n 1200 | awk '
		NR == 1 { first = $1 }
		NR % 50 == 1 { printf "%svisitors %s", NR == 1 ? "" : "\n", first }
		{ printf " %d%s%s", $1 - first, substr($2, 1, 1), $3 }
		END { if (NR > 0) print "" }'
}
