# shellcheck shell=sh disable=SC2034,SC2154 # variables of common.sh and state.sh
# What a belay that kept its own beside the path left there, is taken over once, where root alone made it. What root runs, or
# what says how something is started as root, only where no other user can rename the folders above it either; the programs of
# the way back never: they are laid down anew (recover-host.sh). Needs state.sh, after make_state.

# What that belay's owner says from then on, so that it refuses to deploy beside this one.
moved_to='a newer belay'

# read_earlier_owner: the earlier owner into the owner_… variables, where the state has none yet; least is a number that was
# given out, by somebody else's word.
read_earlier_owner() {
	least=0
	[ ! -e "$own/owner" ] || return 0
	earlier_told=$(in_earlier earlier_owner) || earlier_told=
	if [ -n "$earlier_told" ]; then
		owner_lines <<-END
			$earlier_told
		END
		# Only who holds the host is taken over.
		owner_recovered='' owner_recovered_by='' owner_recovered_why=''
		if [ "$owner_by" = "$moved_to" ]; then owner_state=free owner_deployment=''; fi
		return 0
	fi
	for belay_file in "$place.belay/owner" "$place.belay/state/owner"; do
		if [ ! -f "$belay_file" ] || [ -L "$belay_file" ]; then continue; fi
		belay_line=$(timeout 5 head -c 4096 -- "$belay_file" 2>/dev/null | sed -n 's/^number=\([0-9]\{1,9\}\)$/\1/p' | head -n 1)
		[ "${belay_line:-0}" -le "$least" ] || least=$belay_line
	done
}

earlier_owner() {
	[ -f ./owner ] && read_owner . && [ "${#owner_number}" -le 9 ] && tell_owner
}

# migrate GRACE: after read_earlier_owner. Returns 1 where a change of the earlier belay does not end in time.
migrate() {
	[ ! -e "$own/owner" ] || return 0
	earlier_switches
	in_earlier test -e . || return 0
	# Whether nobody else can put another folder in the place of what lies beside the path.
	safe=
	set -- "$1" /
	place_rest=${place#/}
	place_parent=
	while case $place_rest in */*) ;; *) false ;; esac do
		place_parent=$place_parent/${place_rest%%/*}
		place_rest=${place_rest#*/}
		set -- "$@" "$place_parent"
	done
	earlier_grace=$1
	shift
	! roots_alone "$@" || safe=1
	in_earlier take_over || return 1
	write_earlier_owner
}

# take_over: in the earlier belay's folder, under its lock.
take_over() {
	umask 077
	command exec 5>>./lock || return 1
	if ! flock -w "$earlier_grace" 5; then
		for belay_pid in ./journal/*/*/pid; do
			[ ! -e "$belay_pid" ] || end_op "${belay_pid%/pid}" 5
		done
		flock -w 10 5 || return 1
	fi
	for kind in releases failed; do
		for folder in "./$kind"/*/; do
			folder=${folder%/}
			if [ ! -d "$folder" ] || ! roots_alone "./$kind" "$folder"; then continue; fi
			mkdir -p -- "$own/$kind/${folder##*/}"
			for name in release.json manifest replaced built log; do take "$folder" "$name" "$own/$kind/${folder##*/}"; done
			[ -n "$safe" ] || continue
			for name in placed start environment env-file.sh unit entry log-from main daemon-started; do
				take "$folder" "$name" "$own/$kind/${folder##*/}"
			done
		done
	done
	if [ -d ./journal ] && [ ! -e "$own/journal" ] && roots_alone ./journal; then cp -R -p ./journal "$own/journal"; fi
	if [ -n "$safe" ] && [ -d ./backup ] && roots_alone ./backup; then
		rm -rf -- "$own/backup"
		cp -R -p ./backup "$own/backup"
		for folder in "$own"/backup/*/way-back; do
			[ -e "$folder/recover" ] || continue
			for name in recover door supervisor fence stop-new restore-files restore-topology start-old settle pm2; do
				rm -f -- "$folder/$name"
			done
			: >"$folder/lacks-programs"
		done
	elif [ "$owner_state" = held ]; then
		printf '%s\n' "$owner_deployment" >"$own/not-believed"
	fi
	rm -f ./armed
}

# take FOLDER NAME TO
take() {
	if [ -f "$1/$2" ] && [ ! -L "$1/$2" ] && [ ! -e "$3/$2" ]; then cp -p -- "$1/$2" "$3/$2"; fi
}

# write_earlier_owner: from then on the earlier belay's word counts no more. What its units are started by stays.
write_earlier_owner() {
	case $owner_deployment in
	belay/*/*/*)
		belay_line=${owner_deployment#belay/}
		printf '%s\n' "${belay_line%%/*}" | whole "$own/app" 600 || return
		;;
	esac
	tell_owner | whole "$own/owner" 600 || return
	in_own "$place.belay" leave_earlier || :
}

leave_earlier() {
	{
		printf 'number=%s\ndeployment=one that keeps its records in %s\n' "$owner_number" "$own"
		printf 'by=%s\nsince=%s\nrenewed=9999999999\nstate=held\n' "$moved_to" "$owner_since"
	} | whole ./owner 600
	rm -rf ./journal ./backup ./owner.next ./armed
	for folder in ./releases/*/ ./failed/*/; do
		roots_alone "$folder" && (cd "$folder" && rm -f ./release.json ./manifest ./placed ./replaced ./built ./unit ./entry ./checked ./log)
	done
}

# earlier_switches: the dead man's switches whose program lies where the earlier belay put it.
earlier_switches() {
	earlier_place=$place
	earlier_found=
	for belay_file in /etc/systemd/system/*-deadman.service; do
		belay_line=$(sed -n 's|^ExecStart=/bin/sh \(/.*/way-back/recover watch /.*\)$|\1|p' "$belay_file" 2>/dev/null)
		case $belay_line in '' | "$state_root"/*) continue ;; esac
		place_of "${belay_line#*/way-back/recover watch }"
		[ "$place" = "$earlier_place" ] || continue
		systemctl disable --quiet --no-reload --now "${belay_file##*/}" 2>/dev/null || :
		rm -f -- "$belay_file"
		earlier_found=1
	done
	place=$earlier_place
	[ -z "$earlier_found" ] || systemctl daemon-reload || :
}
