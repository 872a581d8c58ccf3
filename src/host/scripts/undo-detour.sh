# shellcheck shell=sh disable=SC2154 # variables of common.sh and kept.sh
# belay:with state.sh processes.sh places.sh kept.sh detour.sh
# Leads nginx back to the app's own address, lets what is under way at the spare one come to its end, and ends what serves there.
# Whatever was done is seen and not done again.
# Fields: path deployment release spare_unit drain, which is how many seconds what is under way may go on
# Or the word `boot`: at a boot, from beside the notes, before nginx starts: its files alone
set -eu

if [ "$1" = boot ]; then
	notes=${0%/way-back/*}/detour
	[ ! -s "$notes/files" ] || put_all_back
	exit
fi

fields "$1" path deployment release spare_unit drain
# A backup that an earlier belay made has nothing to be led back.
[ -n "$spare_unit" ] || exit 0
op_state
backup_of "$own" "$deployment"
if [ -z "$backup" ]; then
	echo "nothing was backed up for this deployment, so nothing was changed"
	exit 0
fi
rm -f -- "$backup/room"
notes=$backup/detour
boot_unit_of "$spare_unit"

# own_answers: whoever it is: visitors stay where somebody answers.
own_answers() {
	own_bind=$(kept "$notes" own)
	tenths=0
	until [ -n "$(listening "${own_bind%% *}" "${own_bind#* }")" ]; do
		[ "$tenths" -lt 200 ] || die "nothing listens on $own_bind, so nginx stays where it leads"
		sleep 0.1
		tenths=$((tenths + 1))
	done
}

take_files() {
	said=$(nginx_does -t 2>&1) || die "nginx's files lead back to $own_bind, but nginx cannot load them, for another reason:
$said"
	said=$(reload) || die "nginx's files lead back to $own_bind, but nginx has not taken them: $said"
}

# leave_page: the page is nginx's own: without it those whom nginx's old workers still lead there would find nobody. It goes
# when the old workers have ended.
leave_page() {
	if [ -z "$(workers)" ]; then return 0; fi
	lock_nginx || die "another deployment has nginx's files in hand for a minute already"
	put_address_back
	take_files
	unlock_nginx
	drain 10
}

lead_back() {
	own_answers
	if [ -s "$notes/line" ]; then leave_page; fi
	lock_nginx || die "another deployment has nginx's files in hand for a minute already"
	put_all_back || die "nginx's files could not be put back: $(tr '\n' ' ' <"$notes/files")"
	if [ -z "$(workers)" ]; then
		echo "nginx does not run: its files are as they were"
	else
		take_files
		left=$(nginx_does -T 2>/dev/null | spare_in_use) || :
		[ -z "$left" ] || die "nginx's configuration still leads to the spare address in $left, where somebody else wrote it: take it out there"
	fi
	: >"$notes/back"
	forget_boot_unit
	unlock_nginx
	echo "nginx leads to $own_bind"
}

# spare_in_use: the files of `nginx -T` that name it.
spare_in_use() {
	PAIRS=$(cut -d ' ' -f 1 "$notes/pairs") awk '
		BEGIN { count = split(ENVIRON["PAIRS"], spare, "\n") }
		/^# configuration file .*:$/ { file = substr($0, 22, length($0) - 22) }
		{ line = $0; sub(/^[ \t]*#.*/, "", line); for (i = 1; i <= count; i++) if (index(line, spare[i])) print file }' | sort -u | tr '\n' ' '
}

# drain LEAST: waits until nothing is under way at the spare address, for as long as belay.yml says, and for so many seconds.
drain() {
	most=$drain
	[ "$most" -ge "$1" ] || most=$1
	spare_bind=$(kept "$notes" spare)
	[ -n "$spare_bind" ] || return 0
	uptime
	began=$up calm=$up
	while :; do
		open=$(connected "${spare_bind%% *}" "${spare_bind#* }")
		workers_left=$(old_workers)
		to_come=${workers_left#* } workers_left=${workers_left% *}
		uptime
		[ $((open + to_come)) -eq 0 ] || calm=$up
		# An old worker may be there for the sake of another site's websockets.
		if [ "$open" -eq 0 ] && { [ "$workers_left" -eq 0 ] || [ $((up - calm)) -ge 10 ]; }; then return 0; fi
		if [ $((up - began)) -ge "$most" ]; then
			[ "$open" -eq 0 ] || echo "$open connections to the spare address went on after $most s, and are cut"
			[ "$to_come" -eq 0 ] || echo "$to_come clients were not handed on to the spare address yet after $most s, and are cut if they were meant for it"
			return 0
		fi
		sleep 0.1
	done
}

if [ -s "$notes/files" ]; then
	[ -e "$notes/back" ] || lead_back
	if systemctl is-active --quiet "$spare_unit"; then drain 0; fi
fi
page_folder=$(kept "$notes" page)
case $page_folder in /run/belay-*) rm -rf -- "$page_folder" ;; esac
forget_boot_unit
systemctl stop "$spare_unit" 2>/dev/null || :
systemctl reset-failed "$spare_unit" 2>/dev/null || :
# A copy of somebody's own unit has a file of its own, as systemd-run's has not.
if [ -e "/run/systemd/system/$spare_unit" ]; then
	rm -f -- "/run/systemd/system/$spare_unit"
	systemctl daemon-reload
fi
rm -rf -- "$own/releases/$release/rehearsal"
# The host's own way back may have put the release away already.
if (into_base "$path" && [ -d "./releases/$release" ] && roots_alone ./releases "./releases/$release") 2>/dev/null; then
	in_own "$path.belay/releases/$release" rm -rf ./rehearsal
fi
