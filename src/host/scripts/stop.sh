# shellcheck shell=sh disable=SC2034,SC2154 # backup set by kept.sh; variables for and of keeper.sh
# belay:with state.sh start-files.sh prepare-start.sh processes.sh as-user.sh env-file.sh places.sh kept.sh cron-lines.sh log-since.sh pm2.sh stops.sh visitors.sh keepers.sh pm2-entry.cjs
# Runs belay.yml's hooks.before in the live tree, lays down what the release is started by, as far as that can be done beside what serves, and
# stops that.
# Fields: path deployment release keeper user env_file bind_kind bind_where; as_before of start.sh; early, where it is laid down here; then the hooks, an argument each.
set -eu
fields "$1" path deployment release keeper user env_file bind_kind bind_where as_before early
shift
op_state
record=$own/releases/$release
backup_required "$own" "$deployment"
ask_as_visitors
tree=$path
[ -d "$tree" ] || tree=$path.belay/releases/$release/tree
for command; do
	printf '$ %s\n' "$command"
	in_release "$user" "$tree" "$record/environment" "$env_file" "$command" ||
		die "the hook '$command' ended with exit status $?; nothing was stopped"
done

# From here on the old version may be down: restoreTopology then leaves it to startOld to start what competes with it.
: >"$backup/stopping"
use_keeper "$keeper"
if [ -n "$early" ]; then
	tree=$path.belay/releases/$release/tree
	prepare_start
	boot_id
	[ -z "$early" ] || keep "$backup" prepared "$boot"
fi
each_stop app stop

for stop in "$backup"/stops/*; do
	if [ -e "$stop" ] && "goes_on_$(kept "$stop" kind)" "$stop"; then exit 0; fi
done

tries=0
while [ -n "$(listening "$bind_kind" "$bind_where")" ]; do
	if [ "$tries" -ge 500 ]; then
		die "$bind_kind $bind_where is still taken, 10 s after everything that is known to use it was stopped, by $(who_listens "$bind_kind" "$bind_where"). Something restarts it that the plan does not know"
	fi
	sleep 0.02
	tries=$((tries + 1))
done
clear_socket "$bind_kind" "$bind_where"
