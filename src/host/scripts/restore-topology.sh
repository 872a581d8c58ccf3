# shellcheck shell=sh disable=SC2034,SC2154 # pm2_program is read by keepers.sh, backup set by backup.sh
# belay:with state.sh processes.sh places.sh as-user.sh backup.sh cron-lines.sh pm2.sh keepers.sh supervisor-program.sh
# Puts back what quiesce stopped. Arguments: path deployment pm2-program
set -eu
pm2_program=$3
op_state
backup_or_nothing "$own" "$2"
each_stop conflict hold
if [ -e "$backup/stopping" ]; then
	# It may want the old version's port, and must not be there first.
	echo "what conflicts is started after the old version"
else
	each_stop conflict start
fi
