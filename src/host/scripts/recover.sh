# shellcheck shell=sh disable=SC2154 # variables of common.sh and armed.sh
# belay:with state.sh armed.sh
# The way back as a program of the host's own: backUp lays it into backup/<number>/way-back of belay's own folder, beside the scripts that
# it runs and their arguments, before anything is changed. It needs neither a controller nor a network.
#   recover watch PATH: the dead man's switch. Ends with 0 once there is nothing to watch over any more.
#   recover run PATH DEPLOYMENT WHO WHY [NUMBER RENEWED]: draws a number, so that the deployment may change nothing any more,
#     ends what it still runs, and takes the whole way back, through the same door as the deployment itself. With NUMBER
#     and RENEWED only where the host is still held under that number and was last renewed then; else ends with 75. Where
#     the release was committed, so that this file is gone, ends with 5.
# Whatever was done is seen and not done again: it may be ended at any point, and run twice.
set -u
umask 077
verb=$1 path=$2
here=${0%/*}
# Whatever the path leads to by now.
own=${here%/backup/*}
me="the dead man's switch"
again=75
committed=5
# As long as a step of the way back may take.
limit=600
separator=$(printf '\036')

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
	if [ -n "$seen_number" ]; then
		said=$(sh "$here/fence" lapse "$path" "$deployment" "$who" "$seen_number" 10 "$seen_renewed")
	else
		said=$(sh "$here/fence" takeback "$path" "$deployment" "$who" '' 10)
	fi
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

# step OP SCRIPT ARGUMENT…: through the door, as src/host/door/door.ts calls it; one that failed before runs again.
step() {
	op=$1 script=$2
	shift 2
	bytes=$(cat "$here/$script" "$here/supervisor" | wc -c)
	told=$({
		printf '0\n%s\n' $((bytes + 7))
		cat "$here/$script"
		printf %s "$separator"
		cat "$here/supervisor"
		printf '%swhole' "$separator"
	} | sh "$here/door" "$path" "$number" "$deployment" "$op" failed "$limit" "$separator" "$@")
	printf '%s: %s\n' "$op" "$told"
	case $told in '0 '*) ;; *) return 1 ;; esac
}

# of_keeper OP SCRIPT ARGUMENT…: a step whose last arguments are the six of the new release's keeper.
of_keeper() {
	step "$@" "$(value manager)" "$(value keeper)" "$(value keeper-user)" "$(value keeper-home)" "$(value keeper-command)" "$pm2"
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
	release=$(value release) seconds=$(value seconds) pm2=$(cat "$here/pm2")
	draw || return 1
	if [ ! -e "$here/recover" ]; then
		echo "$deployment has committed its release meanwhile"
		sh "$here/fence" free "$path" '' '' "$number" 0
		return "$committed"
	fi
	echo "$who takes the way back of $deployment as number $number, because $why"
	of_keeper stopNew stop-new "$path" "$deployment" "$release" "$(value bind-kind)" "$(value bind-where)" || return 1
	step restoreFiles restore-files "$path" "$deployment" "$release" || return 1
	# What serves matters more than what competes with it, which startOld puts back too.
	topology=0
	step restoreTopology restore-topology "$path" "$deployment" "$pm2" || topology=1
	step startOld start-old "$path" "$deployment" "$pm2" "$seconds" || return 1
	# Of a backup that an earlier belay made there is nothing to be led back.
	[ ! -s "$here/spare" ] || step undoDetour lead-back "$path" "$deployment" "$release" "$(value spare)" "$(value drain)" || return 1
	[ "$topology" -eq 0 ] || return 1
	# Its record, which a full disk has no room for, is not worth staying armed.
	of_keeper settle settle "$path" "$release" failed || :
	sh "$here/fence" recovered "$path" "$deployment" '' "$number" 0 "$who" "$why"
}

# --- watch

# act WHY: outside of the switch's own unit, as what is started must outlive that. Its scope is the old version's from then on,
# which must not have a name of belay's.
act() {
	systemd-run --quiet --scope --collect /bin/sh "$0" run "$path" "$armed_deployment" "$me" "$1" "$owner_number" "$owner_renewed"
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
	switch_of "$(value watched)"
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
watch) watch ;;
run)
	deployment=$3 who=$4 why=$5 seen_number=${6-} seen_renewed=${7-}
	run
	;;
esac
