# shellcheck shell=sh disable=SC2034,SC2154 # backup set by kept.sh
# belay:with state.sh start-files.sh processes.sh places.sh as-user.sh kept.sh cron-lines.sh pm2.sh stops.sh visitors.sh pm2-entry.cjs
# Starts the old version just as it ran before, then what competed with it. Fields: deployment seconds
set -eu
fields "$1" deployment seconds
op_state
backup_or_nothing "$own" "$deployment"
# Anew where the host was started anew in the middle.
ask_as_visitors
previous=$(kept "$backup" previous)
# Its user may have written over it; what it does then, it does as that user.
[ ! -f "$own/releases/$previous/start" ] || lay_start "$previous" || :
listens=$(kept "$backup" listens)
# Whoever holds its address keeps it from serving, and something starts him.
trap '[ $? -eq 0 ] || tell_holder' EXIT
tell_holder() {
	[ -n "$listens" ] || return 0
	holder=$(who_listens "${listens%% *}" "${listens#* }")
	[ -z "$holder" ] || echo "$listens is held by $holder; it has to be stopped, and whatever starts it again"
}
each_stop app hold
each_stop app start
if [ -n "$listens" ]; then
	deadline=$(($(date +%s) + seconds))
	until [ -n "$(listening "${listens%% *}" "${listens#* }")" ]; do
		if [ "$(date +%s)" -ge "$deadline" ]; then
			die "the old version was started, but nothing listens on $listens after $seconds s, as it did before"
		fi
		sleep 0.1
	done
	echo "listens on $listens"
fi
each_stop conflict hold
each_stop conflict start
