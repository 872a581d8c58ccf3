# shellcheck shell=sh disable=SC2034,SC2154 # pm2_program is read by keepers.sh, own set by state.sh
# belay:with state.sh processes.sh places.sh as-user.sh backup.sh cron-lines.sh pm2.sh keepers.sh supervisor-program.sh
# Stops what conflicts with the app. Arguments: path deployment pm2-program
set -eu
pm2_program=$3
op_state
backup_required "$own" "$2"
each_stop conflict stop
