# shellcheck shell=sh disable=SC2154 # place and own of state.sh
# What a release is started by: `start`, which its keeper runs as the app's user. It lies beside the tree, for systemd and pm2
# to find; what belay believes of it lies in the release's record.

# lay_start RELEASE: lays it beside the tree anew, from the record. Where the keeper leaves the environment to `start`, that
# too, for the user alone. Needs no room on the disk where it is there already.
lay_start() {
	in_own "$place.belay/releases/$1" lay_start_here "$own/releases/$1"
}

# lay_start_here RECORD: in the release's folder.
lay_start_here() {
	chmod a+x . .. ../..
	# A keeper that belay did not make starts it by a command of its own.
	[ ! -f "$1/start" ] || lay_file "$1" start 755 || return
	[ ! -f "$1/env-file.sh" ] || lay_file "$1" env-file.sh 644 || return
	[ -f "$1/user" ] || return 0
	if cmp -s -- "$1/environment" ./environment; then return 0; fi
	(umask 077 && cat -- "$1/environment" >./environment.new) || return
	if [ "$(id -u)" -eq 0 ]; then chown -- "$(cat -- "$1/user")" ./environment.new || return; fi
	mv -f ./environment.new ./environment
}

# lay_file RECORD NAME MODE
lay_file() {
	cmp -s -- "$1/$2" "./$2" || whole "./$2" "$3" <"$1/$2"
}
