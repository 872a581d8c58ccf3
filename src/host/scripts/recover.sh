# shellcheck shell=sh disable=SC2154 # variables of common.sh and armed.sh
# belay:with state.sh armed.sh
# The way back as a program of the host's own: backUp lays it into backup/<number>/way-back of belay's own folder before anything is
# changed, with the scripts that it runs; undos, its list (src/domain/runbook/way-back.ts): `<op> <script> <on failure>`, a line an undo;
# and told, the record that each of them is given. It needs neither a controller nor a network.
#   watch PATH: the dead man's switch. Ends with 0 once there is nothing to watch over any more.
#   run, fields path deployment who why seen_number seen_renewed: draws a number, so that the deployment may change nothing any more,
#     ends what it still runs, and takes the whole way back, through the same door as the deployment itself. With the latter two
#     only where the host is still held under that number and was last renewed then; else ends with 75. Where the release was
#     committed, so that this file is gone, ends with 5.
# Whatever was done is seen and not done again: it may be ended at any point, and run twice.
set -u
umask 077
verb=$1
here=${0%/*}
# Whatever the path leads to by now.
own=${here%/backup/*}
me="the dead man's switch"
again=75
committed=5
# As long as a step of the way back may take.
limit=600
separator=$(printf '\036')

# value NAME: what a file of that name says, of an earlier belay's backup.
value() {
	belay_value=
	IFS= read -r belay_value <"$here/$1" || :
	printf '%s' "$belay_value"
}

# --- run

# draw: sets number; nothing that the deployment began runs any more.
draw() {
	boot_id
	drawn='' drawn_boot='' drawn_why=''
	read -r drawn drawn_boot drawn_why <"$here/drawn" || :
	why=${why:-$drawn_why}
	read_owner "$own" || return 1
	if [ "$owner_number" = "$drawn" ] && [ "$owner_by" = "$who" ] && [ "$owner_state" = held ] && [ "$boot" = "$drawn_boot" ]; then
		# An attempt that was cut off, or failed: only what is left is done.
		number=$drawn
		return 0
	fi
	draw=takeback
	[ -z "$seen_number" ] || draw=lapse
	said=$(sh "$here/fence" "$draw" "path=$path
deployment=$deployment
by=$who
number=$seen_number
renewed=$seen_renewed
grace=10")
	case $said in
	'drawn '*) ;;
	'alive '*) exit "$again" ;;
	*)
		printf '%s\n' "$said"
		return 1
		;;
	esac
	number=${said#drawn }
	number=${number%%[!0-9]*}
	# Into the room that backUp made.
	printf '%s %s %s\n' "$number" "$boot" "$why" 1<>"$here/drawn"
}

# step OP SCRIPT: through the door, as src/host/door/door.ts calls it; one that failed before runs again.
step() {
	bytes=$(cat "$here/$2" "$here/runner" | wc -c)
	said=$({
		printf '0\n%s\n' $((bytes + 7))
		cat "$here/$2"
		printf %s "$separator"
		cat "$here/runner"
		printf '%swhole' "$separator"
	} | sh "$here/door" "path=$path
number=$number
deployment=$deployment
op=$1
rerun=failed
limit=$limit
separator=$separator" "$told")
	printf '%s: %s\n' "$1" "$said"
	case $said in '0 '*) ;; *) return 1 ;; esac
}

# walk: the undos, in their order. Fails where one failed, after all others where what serves matters more than that one.
walk() {
	failed=0
	while read -r op script on_failure <&3; do
		step "$op" "$script" 3<&- && continue
		[ "$on_failure" = go-on ] || return 1
		failed=1
	done 3<"$here/undos"
	return "$failed"
}

# read_told: sets told. A backup that an earlier belay made has its values in a file each.
read_told() {
	if [ -e "$here/told" ]; then
		told=$(cat "$here/told")
		return
	fi
	told="path=$path
deployment=$deployment
release=$(value release)
seconds=$(value seconds)
bind_kind=$(value bind-kind)
bind_where=$(value bind-where)
watched=$(value keeper)
outcome=failed
keeper=kind=$(value manager)
	name=$(value keeper)
	label=$(value keeper)
	user=$(value keeper-user)
	home=$(value keeper-home)
	command=$(value keeper-command)"
}

run() {
	meant=$own
	if ! state_of "$path"; then
		echo "$state_why"
		return 1
	fi
	if [ "$own" != "$meant" ]; then
		# Somebody renamed a folder above it, or put a link there: nothing is done to what is there now.
		echo "$path is $place by now: expected the app that $meant is kept for; put the folders above it back as they were"
		return 1
	fi
	read_told
	draw || return 1
	if [ ! -e "$here/recover" ]; then
		echo "$deployment has committed its release meanwhile"
		sh "$here/fence" free "path=$path
number=$number"
		return "$committed"
	fi
	echo "$who takes the way back of $deployment as number $number, because $why"
	walk || return 1
	# Its record, which a full disk has no room for, is not worth staying armed.
	step settle settle || :
	sh "$here/fence" recovered "path=$path
number=$number
by=$who
why=$why"
}

# --- watch

# act WHY: outside of the switch's own unit, as what is started must outlive that. Its scope is the old version's from then on,
# which must not have a name of belay's.
act() {
	systemd-run --quiet --scope --collect --description="/bin/sh $0 run $path" /bin/sh "$0" run "path=$path
deployment=$armed_deployment
who=$me
why=$1
seen_number=$owner_number
seen_renewed=$owner_renewed"
	status=$?
	case $status in 0 | "$again") ;; *) exit "$status" ;; esac
}

# stand_down: nobody is left to watch over. Under the lock, as the next deployment may be arming just now.
stand_down() {
	lock_owner "$own" || exit 1
	read_armed "$own"
	read_owner "$own" || exit 1
	if [ -n "$armed_deployment" ] && [ "$owner_state" = held ] && [ "$owner_deployment" = "$armed_deployment" ]; then
		unlock_owner
		return 0
	fi
	rm -f -- "$own/armed"
	fields "$(cat "$here/told")" watched
	switch_of "$watched"
	rm -f -- "$switch_file" "/etc/systemd/system/multi-user.target.wants/$switch"
	exit 0
}

watch() {
	boot_id
	seen='' checked=''
	while :; do
		read_armed "$own"
		read_owner "$own" || exit 1
		if [ -z "$armed_deployment" ] || [ "$owner_state" != held ] || [ "$owner_deployment" != "$armed_deployment" ]; then
			stand_down
			continue
		fi
		if [ "$owner_by" = "$me" ]; then
			# It was cut off, or failed.
			act ''
			continue
		fi
		if [ "$boot" != "$armed_boot" ]; then
			# pm2, databases and the like come with the boot as well.
			timeout 60 systemctl is-system-running --wait >/dev/null 2>&1 || :
			act 'the host was started anew in the middle of it'
			continue
		fi
		# By the time since boot: the host's clock may be set meanwhile, and then tells nothing.
		uptime
		checked=${checked:-$up}
		if [ "$seen" != "$owner_number $owner_renewed" ]; then
			seen="$owner_number $owner_renewed"
			silent=$(($(date +%s) - owner_renewed))
			most=$((up - checked))
			if [ "$silent" -lt 0 ] || [ "$silent" -gt $((most + 2)) ]; then silent=0; fi
			since=$((up - (silent < most ? silent : most)))
		fi
		checked=$up
		left=$((since + armed_seconds - up))
		if [ "$left" -le 0 ]; then
			act "it had not heard of this deployment for $armed_seconds s"
		else
			sleep "$left"
		fi
	done
}

case $verb in
watch)
	path=$2
	watch
	;;
run)
	fields "$2" path deployment who why seen_number seen_renewed
	run
	;;
esac
