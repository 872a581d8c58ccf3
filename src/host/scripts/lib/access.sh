# shellcheck shell=sh disable=SC2154 # variables of inspect.sh
# A part of inspect.sh: who may do what where, asked with the eyes of those whom the app may run as.

# may_write USER FOLDER: yes, no, or unknown.
may_write() {
	if [ "$(id -un)" = "$1" ]; then
		set -- "$1" test -w "$2"
	elif [ "$(id -u)" -eq 0 ] && id -u "$1" >/dev/null 2>&1; then
		set -- "$1" setpriv --reuid "$(id -u "$1")" --regid "$(id -g "$1")" --init-groups -- test -w "$2"
	else
		echo unknown
		return
	fi
	shift
	if "$@" 2>/dev/null; then echo yes; else echo no; fi
}

# candidates: whom the app may run as.
candidates() {
	if [ -n "$user" ]; then
		printf '%s\n' "$user"
		return
	fi
	{
		printf '%s\n' "${SUDO_USER:-$(id -un)}"
		stat -L -c %U "$path" 2>/dev/null
		printf '%s\n' "$owners" | sed 's/^[^ ]* //'
	} | sort -u | head -n 20
}

read_access() {
	sockets=$nginx_sockets
	[ -n "$home_folder" ] || [ -n "$sockets" ] || return 0
	users=$(candidates)
	if [ -n "$home_folder" ]; then
		section users
		for one in $users; do
			home=$(getent passwd "$one" | cut -d : -f 6)
			there=$home/$home_folder
			[ -d "$there" ] || there=$home
			printf '%s\t%s\t%s\n' "$one" "$home" "$(may_write "$one" "$there")"
		done
	fi
	[ -n "$sockets" ] || return 0
	made=$(systemd-tmpfiles --cat-config 2>/dev/null | awk '$1 ~ /^[dDvqQ]/ { sub(/\/+$/, "", $2); sub(/^\/var\/run\//, "/run/", $2); print $2 }')
	section socket-folders
	for folder in $sockets; do
		writers=
		for one in $users; do
			[ ! -d "$folder" ] || [ "$(may_write "$one" "$folder")" != yes ] || writers="$writers $one"
		done
		tmpfiles=no
		if printf '%s\n' "$made" | grep -qxF -e "$(printf '%s\n' "$folder" | sed 's#^/var/run/#/run/#')"; then tmpfiles=yes; fi
		printf '%s\t%s\t%s\t%s\n' "$folder" "$(stat -L -c %U "$folder" 2>/dev/null)" "$tmpfiles" "$writers"
	done
}
