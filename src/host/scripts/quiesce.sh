# shellcheck shell=sh disable=SC2034,SC2154 # own set by state.sh
# belay:with state.sh processes.sh places.sh as-user.sh kept.sh cron-lines.sh pm2.sh stops.sh pm2-entry.cjs
# Stops what conflicts with the app. Fields: deployment
set -eu
fields "$1" deployment
op_state
backup_required "$own" "$deployment"
each_stop conflict stop
