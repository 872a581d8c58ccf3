# shellcheck shell=sh disable=SC2154 # variables of active.sh
# belay:with state.sh processes.sh as-user.sh env-file.sh places.sh active.sh
# Runs one command in the release that serves, as its user, with its environment; ends it where stdin ends first.
# Fields: path env_file; then the command and its arguments.
set -u
fields "$1" path env_file
shift
find_active "$path"
case $env_file in '' | /*) ;; *) env_file=$tree/$env_file ;; esac
user=$keeper_user
env_file_for "$user" "$env_file" || exit 1
exec 3<&0

# Over stdin, because the user may not read these files, and so that no value shows in the process list.
{
	echo 'set -a'
	cat -- "$record/environment"
	variables_of "$user" "$env_file"
	# Expanded by the shell that reads this.
	# shellcheck disable=SC2016
	echo 'cd -- "$1" && shift && exec "$@" </dev/null'
} | as_user "$user" env -i HOME="$(home_of "$user")" USER="$user" LOGNAME="$user" SHELL=/bin/sh /bin/sh -s -- "$tree" "$@" &
running=$!
# Nobody tells a program without a terminal that its caller left: the end of stdin does.
{
	cat
	family "$running" | signal_all TERM
} <&3 >/dev/null 2>&1 &
exec 3<&-
wait "$running"
