# shellcheck shell=sh disable=SC2034,SC2154 # variables of common.sh and state.sh; backup of kept.sh
# belay:with state.sh migrate.sh processes.sh kept.sh
# Has the host take the way back of a deployment that nobody takes any more. Fields: path deployment who why
# Stdin: the programs of the way back, each as `<name> <bytes>\n<text>`, for what an earlier belay kept.
# Output: `folder <where belay keeps its own>`, then what was done.
# Exit status 3: the deployment had changed nothing yet. 4: what it kept cannot be gone by. 5: it has committed its release.
set -u
umask 077
fields "$1" path deployment who why
state_of "$path" || die "$state_why"
echo "folder $own"

# An earlier belay's, of this very deployment.
take_earlier() {
	read_owner "$own" || die "$own/owner makes no sense: expected a line number=<digits>"
	read_earlier_owner
	if [ -e "$own/owner" ] || [ "$owner_deployment" != "$deployment" ]; then return 0; fi
	make_state || die "$own cannot be made"
	command exec 6<"$own" || die "$own cannot be read"
	flock -w 10 6 || die "$own stayed locked for 10 s"
	migrate 10 || die "a change of that deployment still runs"
	exec 6<&-
}

take_earlier
backup_of "$own" "$deployment"
if [ -z "$backup" ]; then
	not_believed=
	[ ! -s "$own/not-believed" ] || IFS= read -r not_believed <"$own/not-believed"
	[ "$not_believed" = "$deployment" ] || exit 3
	echo "expected what the way back needs where root alone can write; an earlier belay kept it in $place.belay/backup, where others can put something else, so root does not go by it. Look there, put the old version back by hand, or deploy again"
	exit 4
fi
if [ -e "$backup/way-back/lacks-programs" ]; then
	while read -r name bytes; do
		dd bs="$bytes" count=1 iflag=fullblock 2>/dev/null >"$backup/way-back/$name"
	done
	rm -f -- "$backup/way-back/lacks-programs"
fi
if [ ! -d "$backup/way-back" ]; then
	echo "expected $backup/way-back/recover, which a belay of another version did not lay down"
	exit 4
fi
[ -e "$backup/way-back/recover" ] || exit 5
program=$backup/way-back/recover
# An earlier belay's takes them in a row.
grep -q '^	fields .* path deployment who why' "$program" || exec sh "$program" run "$path" "$deployment" "$who" "$why" </dev/null
exec sh "$program" run "path=$path
deployment=$deployment
who=$who
why=$why" </dev/null
