# shellcheck shell=sh disable=SC2154 # owner_… of common.sh
# belay:with state.sh processes.sh release-record.sh armed.sh keepers.sh places.sh kept.sh visitors.sh
# Records how a deployment ended, in the release's own record where that is still there.
# Fields: release keeper watched outcome
set -eu
fields "$1" release keeper watched outcome
op_state
use_keeper "$keeper"
if disarm "$own" "$watched"; then systemctl daemon-reload || :; fi
in_own "$place.belay" rm -f ./link.back 2>/dev/null || :
"${keeper_kind}_forget"
# A rollback that failed says nothing against the release that it went to, which has served before.
case $outcome/$(outcome_of "$own/releases/$release") in
failed/previous | failed/adopted) ;;
*) set_outcome "$own/releases/$release" "$outcome" ;;
esac
read_owner "$own" || owner_deployment=
backup_of "$own" "$owner_deployment"
if [ -n "$backup" ]; then
	# What a way back that came to no end may have to fight with.
	listens=$(kept "$backup" listens)
	[ "$outcome" != failed ] || [ -z "$listens" ] || who_listens "${listens%% *}" "${listens#* }" | sed "s/^/held /"
	tell_visitors
fi
