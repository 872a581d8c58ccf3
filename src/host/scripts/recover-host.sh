# shellcheck shell=sh disable=SC2154 # backup of backup.sh
# belay:with processes.sh backup.sh
# Has the host take the way back of a deployment that nobody takes any more. Arguments: path deployment who why
# Exit status 3: the deployment had changed nothing yet. 4: the program for it is not there. 5: it has committed its release.
set -u
backup_of "$1.belay" "$2"
[ -n "$backup" ] || exit 3
if [ ! -d "$backup/way-back" ]; then
	echo "expected $backup/way-back/recover, which a belay of another version did not lay down"
	exit 4
fi
[ -e "$backup/way-back/recover" ] || exit 5
exec sh "$backup/way-back/recover" run "$1" "$2" "$3" "$4"
