# shellcheck shell=sh disable=SC2154 # way of places.sh
# Running things as another user, with a release's environment. in_release needs env-file.sh and places.sh.

# as_user USER COMMAND…: as that user, with its groups. The descriptors above 2 are closed: the host's lock is among
# them, and whatever stays behind would hold it for ever.
as_user() {
	belay_user=$1
	shift
	if [ "$(id -un)" = "$belay_user" ]; then
		"$@" 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
	elif [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid "$(id -u "$belay_user")" --regid "$(id -g "$belay_user")" --init-groups -- \
			"$@" 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
	else
		echo "belay acts as $(id -un) and may not run things as $belay_user: give it root by sudo -n" >&2
		return 126
	fi
}

# home_of USER
home_of() {
	getent passwd "$1" | cut -d : -f 6
}

# env_file_for USER FILE: sets env_by to who reads the host's own file of variables: `user`, as whom the app runs, or `root`,
# where that user may not and none of the folders on the way is another's. Fails, and says what to do, where neither can.
env_file_for() {
	env_by=user
	if [ -z "$2" ] || { [ "$(id -u)" -ne 0 ] && [ -r "$2" ]; } || { [ "$(id -u)" -eq 0 ] && as_user "$1" test -r "$2"; }; then
		return 0
	fi
	if [ ! -f "$2" ]; then
		echo "env_file $2 is not there: put it on the host, or take env_file out of belay.yml" >&2
		return 1
	fi
	env_by=root
	if straight "$2" && roots_own "${way%/*}"; then return 0; fi
	echo "env_file $2 cannot be read by $1, as whom the app runs: type on the host: chgrp $(id -gn "$1") $2 && chmod 640 $2" >&2
	return 1
}

# variables_of USER FILE: the file, as shell code; after env_file_for.
variables_of() {
	case $env_by/$2 in
	*/) ;;
	root/*) exports_of "$2" ;;
	*) if [ "$(id -u)" -eq 0 ]; then as_user "$1" cat -- "$2" | exports_of -; else exports_of "$2"; fi ;;
	esac
}

# in_release USER FOLDER ENVIRONMENT ENV_FILE COMMAND: one command of belay.yml in that folder. ENVIRONMENT is the file
# that belay wrote for the release, good for sh as well as for systemd; ENV_FILE is the host's own, or empty.
in_release() {
	env_file_for "$1" "$4" || return 1
	# Over stdin, because the user may not read these files, and so that no value shows in the process list.
	{
		echo 'set -a'
		cat -- "$3"
		variables_of "$1" "$4"
		# Expanded by the shell that reads this.
		# shellcheck disable=SC2016
		echo 'cd -- "$1" && exec /bin/sh -c "$2" </dev/null'
	} | as_user "$1" env -i HOME="$(home_of "$1")" USER="$1" LOGNAME="$1" SHELL=/bin/sh /bin/sh -s -- "$2" "$5"
}
