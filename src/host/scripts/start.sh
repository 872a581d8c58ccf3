# shellcheck shell=sh disable=SC2034,SC2154 # variables for and of manager.sh
# belay:with state.sh start-files.sh processes.sh as-user.sh env-file.sh places.sh backup.sh cron-lines.sh log-since.sh pm2.sh keepers.sh supervisor-program.sh manager.sh manager-systemd.sh manager-pm2.sh manager-unit.sh manager-before.sh manager-program.sh
# Starts the release through its keeper and waits until it listens where it should.
# Arguments: path release, the keeper's six, env-file bind-kind bind-where seconds as-before
# Where as-before is a line of the release's own environment, and this keeper kept it then, it is started with the files
# that it was started with before.
# Stdin: the environment, then what the keeper's `place` reads, each as `<bytes>\n<text>`.
set -eu
path=$1 release=$2
use_manager "$3" "$4" "$5" "$6" "$7" "$8"
shift 8
env_file=$1 bind_kind=$2 bind_where=$3 limit=$4 as_before=$5
op_state
record=$own/releases/$release
tree=$path.belay/releases/$release/tree

not_ready() {
	echo "$1"
	holder=$(who_listens "$bind_kind" "$bind_where")
	[ -z "$holder" ] || echo "$bind_kind $bind_where is held by $holder; it has to be stopped, and whatever starts it again"
	"${manager}_tell_log" | cut -c 1-400
	exit 1
}

# ready: whether a process of the keeper listens where it should.
ready() {
	inodes=$(listening "$bind_kind" "$bind_where")
	[ -n "$inodes" ] || return 1
	for candidate in $("${manager}_pids"); do
		if holds "$candidate" "$inodes"; then return 0; fi
	done
	return 1
}

(umask 077 && mkdir -p -- "$record")
if [ ! -s "$record/$definition" ] || ! grep -qsxF -e "$as_before" "$record/environment"; then as_before=; fi
part "$record/environment" 600
"${manager}_place"
lay_start "$release" || die "$place.belay/releases/$release/start cannot be laid down"
"${manager}_launch" || not_ready "$keeper_label does not start"

deadline=$(($(date +%s) + limit))
until ready; do
	if how=$("${manager}_ended"); then
		not_ready "$keeper_label $how before it listened on $bind_kind $bind_where"
	fi
	if [ "$(date +%s)" -ge "$deadline" ]; then
		not_ready "$keeper_label runs, but does not listen on $bind_kind $bind_where after $limit s; it listens on: $(listens_on)"
	fi
	sleep 0.02
done
echo "listens on $bind_kind $bind_where"
echo "pid $("${manager}_main")"
