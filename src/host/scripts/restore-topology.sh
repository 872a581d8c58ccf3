# shellcheck shell=sh disable=SC2034,SC2154 # backup set by kept.sh
# belay:with state.sh processes.sh places.sh as-user.sh kept.sh cron-lines.sh pm2.sh stops.sh pm2-entry.cjs
# Puts back what quiesce stopped. Fields: deployment
set -eu
fields "$1" deployment
op_state
backup_or_nothing "$own" "$deployment"
each_stop conflict hold
if [ -e "$backup/stopping" ]; then
	# It may want the old version's port, and must not be there first.
	echo "what conflicts is started after the old version"
else
	each_stop conflict start
fi
