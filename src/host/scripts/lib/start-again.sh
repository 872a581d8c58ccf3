# shellcheck shell=sh
# How a bare process was started, as shell code that starts it again (stops.sh runs it).

# write_start_again PID FOLDER: start-again and what has to be done before it. Returns 1, and says why, where it cannot be
# known. The code has the process's environment in it: it stays on the host, for root alone.
write_start_again() {
	proc=/proc/$1
	if [ ! -r "$proc/environ" ] || ! readlink -- "$proc/cwd" >/dev/null; then
		echo "its environment cannot be read as $(id -un); give belay root by sudo -n"
		return 1
	fi
	words=$(tr '\000\012' '\012\001' <"$proc/cmdline" | quoted | tr '\012\001' ' \012')
	first=$(tr '\000\012' '\012\001' <"$proc/cmdline" | head -n 1)
	cwd=$(readlink -- "$proc/cwd")
	search=$(tr '\000' '\012' <"$proc/environ" | sed -n 's/^PATH=//p' | head -n 1)
	# A program may have written over its arguments, as gunicorn does with setproctitle.
	if ! (cd -- "$cwd" && PATH=${search:-$PATH} && command -v -- "$first" >/dev/null); then
		echo "how it was started cannot be read: its arguments now begin with '$first', which is no program"
		return 1
	fi
	keep "$2" uid "$(id_of "$1" Uid)"
	keep "$2" gid "$(id_of "$1" Gid)"
	keep "$2" groups "$(sed -n 's/^Groups:[[:space:]]*//p' "$proc/status" | sed 's/[[:space:]]*$//' | tr ' ' ',')"
	keep_output "$2" stdout "$1" 1
	keep_output "$2" stderr "$1" 2
	{
		# Expanded by the shell that reads this.
		# shellcheck disable=SC2016
		printf '%s\n' 'IFS= read -r stat </proc/$$/stat' 'set -- ${stat##*) }' \
			'read -r boot </proc/sys/kernel/random/boot_id' 'echo "$$ ${20} $boot" >&3' 'exec 3>&-'
		# Some shells export what cd sets.
		printf 'cd -- %s || exit\nunset PWD OLDPWD\n' "$(printf '%s\n' "$cwd" | quoted)"
		printf 'umask %s\n' "$(sed -n 's/^Umask:[[:space:]]*//p' "$proc/status")"
		# The names left out are the shell's own and cannot be set.
		tr '\000\012' '\012\001' <"$proc/environ" | grep -E '^[A-Za-z_][A-Za-z0-9_]*=' |
			grep -Ev '^(PPID|UID|EUID|BASHOPTS|SHELLOPTS|BASH_VERSINFO)=' |
			sed "s/'/'\\\\''/g; s/=/='/; s/^/export /; s/\$/'/" | tr '\001' '\012'
		printf 'exec %s</dev/null\n' "$words"
	} >"$2/start-again"
}

# quoted: each of stdin's lines as one shell word.
quoted() {
	sed "s/'/'\\\\''/g; s/^/'/; s/\$/'/"
}

# id_of PID Uid|Gid: the effective one.
id_of() {
	awk -v key="$2:" '$1 == key { print $3 }' "/proc/$1/status"
}

# keep_output STOP NAME PID DESCRIPTOR: the file it writes to; /dev/null for a terminal, a pipe, a socket, or a file that is
# gone. With it which file that is, where it is open for writing: by then the name may be another file's.
keep_output() {
	file=$(readlink -- "/proc/$3/fd/$4") || file=
	[ -f "$file" ] || file=/dev/null
	keep "$1" "$2" "$file"
	# The last octal digit of its flags: O_WRONLY or O_RDWR, O_EXCL or not.
	case $(sed -n 's/^flags:.*\(.\)$/\1/p' "/proc/$3/fdinfo/$4") in
	[1256]) keep "$1" "$2-file" "$(stat -L -c %d:%i "/proc/$3/fd/$4")" ;;
	esac
}
