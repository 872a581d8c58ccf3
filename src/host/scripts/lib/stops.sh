# shellcheck shell=sh disable=SC2154 # variables of common.sh, kept.sh and cron-lines.sh
# belay:with stop-*.sh
# Stopping through the keeper, and bringing back just as it was. Everything is read from what backUp kept, so that it
# works without memory, twice, and where only half was done. Each kind of what stops has the same functions, <verb>_<kind> STOP, in
# stop-<kind>.sh:
#   keep        takes a RECORD behind the STOP, as it was told to backUp: keeps how it was
#   stop        stops it; what is stopped already is fine
#   hold        what would start it is in force again; nothing is started by that now
#   start       what ran before runs again
#   goes_on     whether its address stays held while it is stopped, until it is started anew
#   came_back   whether somebody or something started it since
#   stop_again  stops it then, and sets what to what was said
# and, for those that a release is watched with, is_back_<kind> RECORD: whether what that tells of, as it was told to backUp, runs,
# or is in force, again. That changes nothing.

# said STOP WHAT: one line of the step's output, which the activity reads.
said() {
	printf '* %s: %s\n' "$(kept "$1" label)" "$2"
}

# each_stop ROLE VERB: runs VERB_<kind> with every kept stop of that role, in the plan's order: what would start something comes before
# it. What is stopped and runs all the same has come back: stop-new.sh sees to that.
each_stop() {
	for stop in "$backup"/stops/*; do
		[ "$(kept "$stop" role)" = "$1" ] || continue
		"$2_$(kept "$stop" kind)" "$stop"
		case $2 in
		stop) : >"$stop/stopped" ;;
		start) rm -f -- "$stop/stopped" ;;
		esac
	done
}
