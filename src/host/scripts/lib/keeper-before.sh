# shellcheck shell=sh disable=SC2034,SC2154 # variables of keeper.sh, of kept.sh, and of the script that includes this
# What kept the adopted version before belay as its keeper again, as belay's backup number $keeper_backup of it says. See
# keeper.sh; launch and remove need stops.sh and what that needs.

# Whoever listens at the address: stop.sh saw that nobody did.
before_pids() {
	before_inodes=$(listening "$bind_kind" "$bind_where")
	[ -n "$before_inodes" ] || return 0
	printf '%s\0' /proc/[0-9]*/fd | xargs -0 ls "-l$(ls_q)" /proc/self/fd 2>/dev/null | INODES=$before_inodes awk '
		BEGIN { count = split(ENVIRON["INODES"], part, "\n"); for (i = 1; i <= count; i++) wanted["socket:[" part[i] "]"] = 1 }
		/^\/proc\// { split($1, folder, "/"); pid = folder[3] }
		pid != "self" && $NF in wanted && !seen[pid]++ { print pid }'
}

before_facts() {
	echo "keeper number=$keeper_backup"
}

before_place() {
	part "$record/env-file.sh" 600
}

# each_before VERB: what kept the version, then what would start it besides, by that backup.
each_before() {
	of_this=$backup
	backup=$own/backup/$keeper_backup
	each_stop app "$1"
	each_stop conflict "$1"
	backup=$of_this
}

before_launch() {
	began=$(date +%s)
	[ -d "$own/backup/$keeper_backup/stops" ] || die "how the version was kept before is not there any more: expected $own/backup/$keeper_backup"
	backup=''
	each_before hold
	each_before start
}

# It is waited for.
before_ended() {
	return 1
}

before_main() {
	before_pids | head -n 1
}

before_tell_log() { :; }

before_back_up() {
	[ -d "$own/backup/$keeper_backup/stops" ] || changed "expected $own/backup/$keeper_backup, which says how the version was kept before"
}

before_owned() {
	[ -d "$own/backup/$keeper_backup/stops" ]
}

before_hold() { :; }

before_remove() {
	# What was started by hand has another pid than when that was backed up.
	for stop in "$own/backup/$keeper_backup/stops"/*; do
		if [ "$(kept "$stop" kind)" != none ] || [ ! -f "$stop/again" ]; then continue; fi
		again_pid='' again_ticks='' again_boot=''
		read -r again_pid again_ticks again_boot _ <"$stop/again" || :
		boot_id
		[ "$again_boot" != "$boot" ] || end_process "$again_pid" "$again_ticks"
	done
	each_before stop
}

before_at_boot() { :; }

before_forget() { :; }
