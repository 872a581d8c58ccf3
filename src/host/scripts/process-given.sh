# belay:with facts.sh given.sh
# shellcheck shell=sh disable=SC2154 # pids is a field
# What each of some processes was given by whatever started it. Fields: nonce, which marks the sections; pids, one a line
# Output: sections, as facts.sh prints them: `variables PID`, `given PID`, and `program PID` with the file that it runs.
fields "$1" nonce pids
# shellcheck disable=SC2086 # numbers
set -- $pids
read_variables "$@"
read_given "$@"
for pid; do
	section program "$pid"
	readlink "/proc/$pid/exe" 2>/dev/null | sed 's/ (deleted)$//'
done
