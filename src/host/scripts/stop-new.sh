# shellcheck shell=sh disable=SC2034,SC2154 # variables for and of manager.sh and processes.sh
# belay:with state.sh processes.sh as-user.sh places.sh backup.sh cron-lines.sh pm2.sh keepers.sh supervisor-program.sh came-back.sh manager.sh manager-systemd.sh manager-pm2.sh manager-unit.sh manager-before.sh visitors.sh manager-program.sh
# Ends the new release, and whatever else runs its files and would keep the old version from its place; puts back what its
# keeper had under that name before.
# Arguments: path deployment release bind-kind bind-where, the keeper's six, the last of them always pm2's program
set -eu
path=$1 release=$3 bind_kind=$4 bind_where=$5
base=$path.belay
tree=$base/releases/$release/tree
op_state
record=$own/releases/$release
backup_or_nothing "$own" "$2"
ask_as_visitors
shift 5
use_manager "$1" "$2" "$3" "$4" "$5" "$6"

# came_back STOP: somebody or something started it, in the new release's files.
came_back() {
	case $(kept "$1" kind) in
	unit) [ "$(kept "$1" unit)" != "$keeper" ] && is_back unit "$(kept "$1" unit)" '' '' ;;
	pm2) is_back pm2 "$(kept "$1" user)" "$(kept "$1" home)" "$(kept "$1" name)-$(kept "$1" id)" ;;
	supervisor) is_back supervisor "$(kept "$1" config)" "$(kept "$1" command)" "$(kept "$1" name)" ;;
	*) return 1 ;;
	esac
}

stop_again() {
	case $(kept "$1" kind) in
	unit) what=$(systemctl stop "$(kept "$1" unit)" 2>&1) || : ;;
	pm2) pm2_entry "$1" stop || : ;;
	supervisor) program_ctl "$1" stop "$(kept "$1" name)" ;;
	esac
	said "$1" "had come back, with the new release's files; told to stop${what:+: $what}"
}

for stop in "$backup"/stops/*; do
	if [ -e "$stop/stopped" ] && came_back "$stop"; then stop_again "$stop"; fi
done

if "${manager}_owned"; then
	"${manager}_remove"
	echo "$keeper_label is as it was"
else
	"${manager}_hold"
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
