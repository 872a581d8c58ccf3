# shellcheck shell=sh disable=SC2154 # manager and watched of manager.sh
# belay:with state.sh release-record.sh armed.sh manager.sh manager-systemd.sh manager-pm2.sh manager-unit.sh manager-before.sh places.sh backup.sh visitors.sh manager-program.sh
# Records how a deployment ended, in the release's own record where that is still there. Arguments: path release outcome,
# the keeper's six
set -eu
op_state
use_manager "$4" "$5" "$6" "$7" "$8" "$9"
if disarm "$own" "$watched"; then systemctl daemon-reload || :; fi
in_own "$place.belay" rm -f ./link.back 2>/dev/null || :
"${manager}_forget"
# A rollback that failed says nothing against the release that it went to, which has served before.
case $3/$(outcome_of "$own/releases/$2") in
failed/previous | failed/adopted) ;;
*) set_outcome "$own/releases/$2" "$3" ;;
esac
read_owner "$own" || owner_deployment=
backup_of "$own" "$owner_deployment"
[ -z "$backup" ] || tell_visitors
