# shellcheck shell=sh
# belay:with release-record.sh armed.sh
# Records how a deployment ended, in the release's own record where that is still there. Arguments: path release outcome unit
set -eu
base=$1.belay
disarm "$base" "$4"
rm -f -- "/etc/systemd/system/$4.before" "$base/link.back"
# A rollback that failed says nothing against the release that it went to, which has served before.
case $3/$(outcome_of "$base/releases/$2") in
failed/previous | failed/adopted) ;;
*) set_outcome "$base/releases/$2" "$3" ;;
esac
