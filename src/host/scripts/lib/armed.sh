# shellcheck shell=sh disable=SC2034 # what the functions set is for the scripts behind this one
# The dead man's switch: it is armed while STATE/armed is there, and a unit of its own watches (recover.sh).

# switch_of UNIT: sets switch to the name of the unit that watches over UNIT's deployment, switch_file to its file.
switch_of() {
	switch=${1%.service}-deadman.service
	switch_file=/etc/systemd/system/$switch
}

# lock_owner STATE: nobody draws a number until unlock_owner. Descriptor 6. Fails where it stays locked for 10 s.
lock_owner() {
	command exec 6<"$1" && flock -w 10 6
}

unlock_owner() {
	exec 6<&-
}

# read_armed STATE: armed_deployment, armed_boot (the boot id when it was armed) and armed_seconds (the deadline), empty
# where it is not armed.
read_armed() {
	armed_deployment='' armed_boot='' armed_seconds=''
	[ -s "$1/armed" ] || return 0
	while IFS= read -r belay_line; do
		case $belay_line in
		deployment=*) armed_deployment=${belay_line#*=} ;;
		boot=*) armed_boot=${belay_line#*=} ;;
		seconds=*) armed_seconds=${belay_line#*=} ;;
		esac
	done <"$1/armed"
}

# disarm STATE UNIT: what was never armed, or is disarmed already, is fine: then it returns 1. Needs no room on the disk.
# systemd forgets the unit only at its next reload, which takes a tenth of a second and is left to the caller.
disarm() {
	switch_of "$2"
	if [ ! -e "$1/armed" ] && [ ! -e "$switch_file" ]; then return 1; fi
	rm -f -- "$1/armed"
	systemctl disable --quiet --no-reload --now "$switch" 2>/dev/null || :
	rm -f -- "$switch_file"
}
