# shellcheck shell=sh disable=SC2034,SC2154 # variables for and of manager.sh
# belay:with processes.sh as-user.sh backup.sh pm2.sh manager.sh manager-systemd.sh manager-pm2.sh
# Ends the new release and puts back what its keeper had under that name before.
# Arguments: path deployment release, the keeper's six, bind-kind bind-where
set -eu
path=$1 release=$3
base=$path.belay
folder=$base/releases/$release
tree=$folder/tree
backup_or_nothing "$base" "$2"
use_manager "$4" "$5" "$6" "$7" "$8" "$9"
shift 9

if ! "${manager}_owned"; then
	echo "$keeper_label is not of this release: left as it is"
	exit 0
fi
"${manager}_remove"
clear_socket "$1" "$2"
echo "$keeper_label is as it was"
