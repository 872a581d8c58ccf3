# shellcheck shell=sh disable=SC2034,SC2154 # variables for and of keeper.sh
# belay:with state.sh start-files.sh prepare-start.sh processes.sh as-user.sh env-file.sh places.sh kept.sh cron-lines.sh log-since.sh pm2.sh stops.sh keepers.sh pm2-entry.cjs
# Starts the release through its keeper and waits until it listens where it should.
# Fields: path deployment release keeper env_file bind_kind bind_where seconds as_before
# Where as_before is a line of the release's own environment, and a keeper of this kind kept it then, it is started with the
# files that it was started with before.
# Stdin: what prepare-start.sh reads.
set -eu
fields "$1" path deployment release keeper env_file bind_kind bind_where seconds as_before
use_keeper "$keeper"
op_state
record=$own/releases/$release
tree=$path.belay/releases/$release/tree
backup_required "$own" "$deployment"

not_ready() {
	echo "$1"
	holder=$(who_listens "$bind_kind" "$bind_where")
	[ -z "$holder" ] || echo "$bind_kind $bind_where is held by $holder; it has to be stopped, and whatever starts it again"
	"${keeper_kind}_tell_log" | cut -c 1-400
	exit 1
}

# ready: whether a process of the keeper listens where it should.
ready() {
	inodes=$(listening "$bind_kind" "$bind_where")
	[ -n "$inodes" ] || return 1
	for candidate in $("${keeper_kind}_pids"); do
		if holds "$candidate" "$inodes"; then return 0; fi
	done
	return 1
}

# Before the old version was stopped (stop.sh), unless the host went down since, with what was on its way to the disk.
boot_id
[ "$(kept "$backup" prepared)" = "$boot" ] || prepare_start
"${keeper_kind}_launch" || not_ready "$keeper_label does not start"

deadline=$(($(date +%s) + seconds))
until ready; do
	if how=$("${keeper_kind}_ended"); then
		not_ready "$keeper_label $how before it listened on $bind_kind $bind_where"
	fi
	if [ "$(date +%s)" -ge "$deadline" ]; then
		not_ready "$keeper_label runs, but does not listen on $bind_kind $bind_where after $seconds s; it listens on: $(listens_on)"
	fi
	sleep 0.02
done
echo "listens on $bind_kind $bind_where"
echo "pid $("${keeper_kind}_main")"
