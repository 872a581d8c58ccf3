# shellcheck shell=sh disable=SC2034,SC2154 # variables for and of manager.sh
# belay:with processes.sh as-user.sh backup.sh pm2.sh manager.sh manager-systemd.sh manager-pm2.sh
# Ends the new release and puts back what its keeper had under that name before.
# Arguments: path deployment release bind-kind bind-where, the keeper's six
set -eu
path=$1 release=$3 bind_kind=$4 bind_where=$5
base=$path.belay
folder=$base/releases/$release
tree=$folder/tree
backup_or_nothing "$base" "$2"
shift 5
use_manager "$1" "$2" "$3" "$4" "$5" "$6"

if ! "${manager}_owned"; then
	"${manager}_hold"
	echo "$keeper_label is not of this release: left as it is"
	exit 0
fi
"${manager}_remove"
clear_socket "$bind_kind" "$bind_where"
echo "$keeper_label is as it was"
