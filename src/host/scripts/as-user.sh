# shellcheck shell=sh
# Running things as another user, with a release's environment.

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

# exports_of FILE: a file of variables in the format of systemd's EnvironmentFile= (systemd.exec(5)) as shell code.
exports_of() {
	awk '
		function word(text) { gsub(/\047/, "\047\\\047\047", text); return "\047" text "\047" }
		{ line = line $0 }
		/\\$/ { line = substr(line, 1, length(line) - 1); next }
		{
			text = line
			line = ""
			sub(/^[ \t]+/, "", text)
			at = index(text, "=")
			if (text ~ /^[#;]/ || at < 2) next
			name = substr(text, 1, at - 1)
			sub(/[ \t]+$/, "", name)
			if (name !~ /^[A-Za-z_][A-Za-z0-9_]*$/) next
			text = substr(text, at + 1)
			sub(/^[ \t]+/, "", text)
			first = substr(text, 1, 1)
			value = ""
			for (i = first ~ /["\047]/ ? 2 : 1; i <= length(text); i++) {
				c = substr(text, i, 1)
				if (c == first && first ~ /["\047]/) break
				if (c == "\\" && first != "\047") {
					i++
					next_c = substr(text, i, 1)
					if (first == "\"" && next_c !~ /["\\$`]/) value = value "\\"
					c = next_c
				}
				value = value c
			}
			if (first !~ /["\047]/) sub(/[ \t]+$/, "", value)
			print "export " name "=" word(value)
		}' "$1"
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
