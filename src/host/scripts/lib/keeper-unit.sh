# shellcheck shell=sh disable=SC2034,SC2154 # variables of keeper.sh, of keeper-systemd.sh, and of the script that includes this
# Somebody's own system unit as the keeper of a release, by the unit $keeper_name, of which no file is changed, nor whether it starts
# at boot. See keeper.sh; needs keeper-systemd.sh.

unit_pids() {
	systemd_pids
}

unit_facts() {
	systemd_facts
}

unit_place() {
	part "$record/env-file.sh" 600
	systemctl reset-failed "$keeper_name" 2>/dev/null || :
}

# Whatever of it runs, as where somebody started it meanwhile, or a socket unit holds its address, has the old files open.
unit_launch() {
	began=$(date +%s)
	systemctl restart "$keeper_name"
}

unit_ended() {
	systemd_ended
}

unit_main() {
	systemd_main
}

unit_tell_log() {
	systemd_tell_log
}

unit_back_up() {
	[ "$(systemctl show -p LoadState --value "$keeper_name")" = loaded ] || changed "expected the unit $keeper_name"
	keep "$folder" invocation "$(invocation_of "$keeper_name")"
}

# Whether it was started since the backup.
unit_owned() {
	[ "$(invocation_of "$keeper_name")" != "$(kept "$backup" invocation)" ]
}

unit_hold() { :; }

# Behind a socket unit the next request would start it again, with the new files: it goes on until the old ones are back, and
# startOld restarts it then.
unit_remove() {
	[ -n "$keeper_socket" ] || systemctl stop "$keeper_name"
}

unit_at_boot() { :; }

unit_forget() { :; }

unit_readable() {
	systemd_readable
}

unit_log() {
	systemd_log "$@"
}

unit_last_log() {
	systemd_last_log "$@"
}
