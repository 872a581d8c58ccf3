# shellcheck shell=sh disable=SC2154,SC2034 # variables of common.sh
# belay:with state.sh migrate.sh
# Who may change this host (fence.ts, recover.sh).
# Argument: a verb; then fields: path, and
#   draw, deployment by number grace: the next number, for a deployment that begins; `number` is the one that its plan saw, or empty
#   takeback, deployment by grace: the next number, for a deployment on its way back; ends what it still runs, after `grace` seconds
#   lapse, deployment by number grace renewed: as takeback, for the dead man's switch: only while it is armed and `number` holds the
#     host, `renewed` last at that time
#   resume, deployment number grace: for a deployment that an earlier belay began: what that kept beside the path is taken over, under
#     the number that it drew, where `number` still holds it
#   recovered, number by why: notes that the host put the old version back by itself, where `number` still holds it, and gives it back
#   free, number: gives the host back, where `number` still holds it
# Prints `<verdict> <number>`, then the owner; or `failed`, `damaged`, `newer` or `other-app` and 0, then why.
set -u
umask 077
verb=$1
fields "$2" path deployment by number grace renewed why
stale=600

verdict() {
	printf '%s %s\n' "$1" "$owner_number"
	tell_owner
	exit 0
}

refuse() {
	printf '%s 0\n%s\n' "$1" "$2"
	exit 0
}

# write_owner: the owner_… variables, as a new file in owner's place. The file was made at the draw before, so that a
# full disk cannot keep an undo from drawing; the padding keeps its room.
write_owner() {
	printf '%s\npad=%900s\n' "$(tell_owner)" '' 1<>"$own/owner.next" || refuse failed "$own/owner.next cannot be written"
	mv -f "$own/owner.next" "$own/owner" || refuse failed "$own/owner cannot be written"
	printf '%1500s\n' '' >"$own/owner.next" || :
}

# each_journal COMMAND ARG: runs the command with the folder of every op, of both places, and the argument.
each_journal() {
	for belay_pid in "$own"/journal/*/*/pid "$spare"/journal/*/*/pid; do
		[ ! -e "$belay_pid" ] || "$1" "${belay_pid%/pid}" "$2"
	done
}

# end_others: nothing that a lower number began goes on after this.
end_others() {
	exec 8>>"$own/lock"
	flock -w "$grace" 8 || :
	# Also where the lock is free: what outlived its runner holds none.
	each_journal end_op 5
	flock -w 10 8 || verdict busy
}

# prune: the records of the newest 20 numbers stay, and the last MiB of each output.
prune() {
	for folder in "$own/journal" "$own/backup"; do
		for entry in "$folder"/*; do
			case ${entry##*/} in *[!0-9]*) ;; *) printf '%s\n' "${entry##*/}" ;; esac
		done | sort -rn | tail -n +21 | while IFS= read -r old; do
			rm -rf "${folder:?}/$old"
		done
	done
	[ ! -d "$own/journal" ] || find "$own/journal" -type f -name 'output*' -size +1024k -exec sh -c '
		for output; do tail -c 1048576 "$output" >"$output.tail" && mv -f "$output.tail" "$output"; done' sh {} +
}

# app_of_deployment: sets app; empty for a deployment that is not called as belay's workflows are.
app_of_deployment() {
	app=
	case $deployment in belay/*/*/*) app=${deployment#belay/} app=${app%%/*} ;; esac
}

state_of "$path" || refuse "$state_fault" "$state_why"
make_state || refuse failed "$own cannot be made"
spare_base "$own"
command exec 6<"$own" || refuse failed "$own cannot be read"
flock -w 10 6 || refuse failed "$own stayed locked for 10 s"
read_owner "$own" || refuse damaged "$own/owner makes no sense: expected a line number=<digits>"
read_earlier_owner

now=$(date +%s)
case $verb in
free | recovered)
	if [ "$owner_number" = "$number" ] && [ "$owner_state" = held ]; then
		owner_state=free
		[ "$verb" = free ] || owner_recovered=$now owner_recovered_by=$by owner_recovered_why=$why
		write_owner
	fi
	verdict freed
	;;
resume)
	if [ -e "$own/owner" ] || [ "$owner_number" != "$number" ] || [ "$owner_deployment" != "$deployment" ] || [ "$owner_state" != held ]; then
		verdict fenced
	fi
	migrate "$grace" || verdict busy
	verdict resumed
	;;
takeback)
	if [ "$owner_number" -ne 0 ] && [ "$owner_deployment" != "$deployment" ]; then verdict fenced; fi
	;;
lapse)
	if [ ! -e "$own/armed" ] || [ "$owner_state" != held ] || [ "$owner_deployment" != "$deployment" ] ||
		[ "$owner_number" != "$number" ] || [ "$owner_renewed" != "$renewed" ]; then
		verdict alive
	fi
	;;
draw)
	app_of_deployment
	other=
	if [ -s "$own/app" ]; then
		IFS= read -r other <"$own/app"
	elif [ ! -e "$own/owner" ]; then
		case $owner_deployment in belay/*/*/*) other=${owner_deployment#belay/} other=${other%%/*} ;; esac
	fi
	if [ -n "$app" ] && [ -n "$other" ] && [ "$other" != "$app" ]; then refuse other-app "$other $own/app"; fi
	# The answer to an earlier draw was lost.
	if [ "$owner_deployment" = "$deployment" ] && [ "$owner_state" = held ]; then verdict drawn; fi
	if [ -n "$number" ] && [ "$owner_number" -ne "$number" ]; then verdict moved; fi
	if [ "$owner_state" = held ]; then
		if [ $((now - owner_renewed)) -lt "$stale" ]; then verdict busy; fi
		(exec 8>>"$own/lock" && flock -n 8) || verdict busy
	fi
	;;
esac
migrate "$grace" || verdict busy
if [ "$owner_deployment" != "$deployment" ]; then
	owner_since=$now owner_recovered=
	# It was armed for the deployment before.
	rm -f "$own/armed"
fi
[ "$owner_number" -ge "$least" ] || owner_number=$least
# Where the owner file was lost, numbers begin anew: what an earlier life of this number recorded must not be found.
for old in "$own/journal/$((owner_number + 1))" "$spare/journal/$((owner_number + 1))"; do
	[ ! -d "$old" ] || rm -rf "$old"
done
owner_number=$((owner_number + 1)) owner_deployment=$deployment owner_by=$by owner_renewed=$now owner_state=held
write_owner
[ "$verb" != draw ] || [ -z "$app" ] || [ -s "$own/app" ] || printf '%s\n' "$app" | whole "$own/app" 600 || :
: >>"$own/lock"
exec 6<&-
if [ "$verb" = draw ]; then prune; else end_others; fi
verdict drawn
