# shellcheck shell=sh disable=SC2154 # variables of common.sh, kept.sh and cron-lines.sh
# belay:with stop-cron.sh stop-unit.sh stop-pm2.sh stop-entry.sh stop-supervisor.sh stop-none.sh
# Stopping through the keeper, and bringing back just as it was. Everything is read from what backUp kept, so that it
# works without memory, twice, and where only half was done. Each kind of what stops has the same functions, <verb>_<kind> STOP, in
# stop-<kind>.sh:
#   stop        stops it; what is stopped already is fine
#   hold        what would start it is in force again; nothing is started by that now
#   start       what ran before runs again
#   goes_on     whether its address stays held while it is stopped, until it is started anew
#   came_back   whether somebody or something started it since
#   stop_again  stops it then, and sets what to what was said
# and, for those that a release is watched with, is_back_<kind> VALUE VALUE VALUE: whether it runs, or is in force, again
# (src/host/proof/soak/watch.ts says what the values are). That changes nothing.

# said STOP WHAT: one line of the step's output, which the activity reads.
said() {
	printf '* %s: %s\n' "$(kept "$1" label)" "$2"
}

# each_stop ROLE VERB: runs VERB_<kind> with every kept stop of that role; what keeps a process comes before bare
# processes, which it would start again. What is stopped and runs all the same has come back: stop-new.sh sees to that.
each_stop() {
	for kind in cron unit pm2 entry supervisor program none; do
		for stop in "$backup"/stops/*; do
			if [ "$(kept "$stop" role)" = "$1" ] && [ "$(kept "$stop" kind)" = "$kind" ]; then
				"$2_$kind" "$stop"
				case $2 in
				stop) : >"$stop/stopped" ;;
				start) rm -f -- "$stop/stopped" ;;
				esac
			fi
		done
	done
}
