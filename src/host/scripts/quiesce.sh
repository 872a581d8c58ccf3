# shellcheck shell=sh disable=SC2034,SC2154 # own set by state.sh
# belay:with state.sh processes.sh places.sh as-user.sh kept.sh cron-lines.sh pm2.sh stops.sh pm2-entry.cjs
# Stops what conflicts with the app. Fields: deployment
# Output: what was stopped; `since <start in clock ticks>`, after which the plan has seen nothing that came, unless the host was started
# anew meanwhile.
set -eu
fields "$1" deployment
op_state
backup_required "$own" "$deployment"
each_stop conflict stop
boot_id
case $(kept "$backup" since) in *" $boot") printf 'since %s\n' "$(kept "$backup" since)" ;; esac
