# shellcheck shell=sh disable=SC2034,SC2154 # variables for and of keeper.sh
# belay:with state.sh start-files.sh processes.sh as-user.sh env-file.sh places.sh kept.sh cron-lines.sh log-since.sh pm2.sh stops.sh keepers.sh pm2-entry.cjs
# Starts the release through its keeper and waits until it listens where it should.
# Fields: path release keeper env_file bind_kind bind_where seconds as_before
# Where as_before is a line of the release's own environment, and a keeper of this kind kept it then, it is started with the
# files that it was started with before.
# Stdin: the environment, then what the keeper's `place` reads, each as `<bytes>\n<text>`.
set -eu
fields "$1" path release keeper env_file bind_kind bind_where seconds as_before
use_keeper "$keeper"
op_state
record=$own/releases/$release
tree=$path.belay/releases/$release/tree

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

(umask 077 && mkdir -p -- "$record")
if [ ! -s "$record/$definition" ] || ! grep -qsxF -e "$as_before" "$record/environment"; then as_before=; fi
part "$record/environment" 600
if [ -z "$as_before" ] || ! grep -qsxF -e "kind=$keeper_kind" "$record/keeper"; then
	printf '%s\n' "$keeper" | whole "$record/keeper" 600
fi
"${keeper_kind}_place"
lay_start "$release" || die "$place.belay/releases/$release/start cannot be laid down"
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
