# shellcheck shell=sh
# No keeper: of files alone nothing runs, and nginx serves them as it did. See keeper.sh.

files_pids() { :; }

files_facts() { :; }

files_place() { :; }

files_launch() { :; }

files_ended() { return 1; }

files_main() { echo 0; }

files_tell_log() { :; }

files_back_up() { :; }

files_owned() { return 1; }

files_hold() { :; }

files_remove() { :; }

files_at_boot() { :; }

files_forget() { :; }

files_readable() {
	echo "nothing of this app runs, so it has no log of its own: nginx tells who asked for what, as in /var/log/nginx/access.log and error.log" >&2
	exit 1
}

files_log() { :; }

files_last_log() { :; }
