# shellcheck shell=sh disable=SC2034 # pm2_program is read by keepers.sh
# belay:with processes.sh places.sh as-user.sh backup.sh cron-lines.sh pm2.sh keepers.sh supervisor-program.sh
# Stops what conflicts with the app. Arguments: path deployment pm2-program
set -eu
pm2_program=$3
backup_required "$1.belay" "$2"
each_stop conflict stop
