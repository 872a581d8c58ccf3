# shellcheck shell=sh disable=SC2034,SC2154 # variables for and of keeper.sh and processes.sh
# belay:with state.sh processes.sh as-user.sh places.sh kept.sh cron-lines.sh pm2.sh stops.sh keepers.sh visitors.sh pm2-entry.cjs
# Ends the new release, and whatever else runs its files and would keep the old version from its place; puts back what its
# keeper had under that name before.
# Fields: path deployment release keeper bind_kind bind_where
set -eu
fields "$1" path deployment release keeper bind_kind bind_where
base=$path.belay
tree=$base/releases/$release/tree
op_state
record=$own/releases/$release
backup_or_nothing "$own" "$deployment"
if [ ! -e "$backup/stopping" ]; then
	# A keeper may have started the old version anew meanwhile, by itself: that is no release of ours.
	echo "nothing was stopped yet, so nothing was started"
	exit 0
fi
ask_as_visitors
use_keeper "$keeper"

for stop in "$backup"/stops/*; do
	[ -e "$stop/stopped" ] || continue
	kind=$(kept "$stop" kind)
	"came_back_$kind" "$stop" || continue
	what=
	"stop_again_$kind" "$stop"
	said "$stop" "had come back, with the new release's files; told to stop${what:+: $what}"
done

if "${keeper_kind}_owned"; then
	"${keeper_kind}_remove"
	echo "$keeper_label is as it was"
else
	"${keeper_kind}_hold"
	echo "$keeper_label is not of this release: left as it is"
fi

# Who took its place from its own files: what a line of cron started, say.
inodes=$(listening "$bind_kind" "$bind_where")
real=$(readlink -f -- "$tree") || real=$tree
for process in /proc/[0-9]*; do
	[ -n "$inodes" ] || break
	case $(readlink -- "$process/cwd" 2>/dev/null) in "$real" | "$real"/*) ;; *) continue ;; esac
	if holds "${process#/proc/}" "$inodes"; then
		start_ticks "$pid"
		end_process "$pid" "$ticks"
		echo "pid $pid, which listened on $bind_kind $bind_where from the new release's files, is ended"
	fi
done
clear_socket "$bind_kind" "$bind_where"
