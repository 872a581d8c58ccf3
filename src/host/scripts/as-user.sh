# shellcheck shell=sh
# Running things as another user, with a release's environment. in_release needs env-file.sh.

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

# in_release USER FOLDER ENVIRONMENT ENV_FILE COMMAND: one command of belay.yml in that folder. ENVIRONMENT is the file
# that belay wrote for the release, good for sh as well as for systemd; ENV_FILE is the host's own, or empty.
in_release() {
	if [ -n "$4" ] && [ ! -f "$4" ]; then
		echo "env_file $4 is not there: put it on the host, or take env_file out of belay.yml" >&2
		return 1
	fi
	# Over stdin, because the user may not read these files, and so that no value shows in the process list.
	{
		echo 'set -a'
		cat -- "$3"
		if [ -n "$4" ]; then exports_of "$4"; fi
		# Expanded by the shell that reads this.
		# shellcheck disable=SC2016
		echo 'cd -- "$1" && exec /bin/sh -c "$2" </dev/null'
	} | as_user "$1" env -i HOME="$(home_of "$1")" USER="$1" LOGNAME="$1" SHELL=/bin/sh /bin/sh -s -- "$2" "$5"
}
