# shellcheck shell=sh disable=SC2034 # swapped is read by stops.sh
# One line of a crontab, compared before it is swapped. A source is `crontab:<user>` or a file such as /etc/cron.d/words.

# crontab_of USER OPTION: crontab(1) of that user; the right to name a user is root's alone.
crontab_of() {
	if [ "$(id -un)" = "$1" ]; then crontab "$2"; else crontab -u "$1" "$2"; fi
}

# read_cron SOURCE
read_cron() {
	case $1 in
	crontab:*) crontab_of "${1#crontab:}" -l ;;
	*) cat -- "$1" ;;
	esac
}

# write_cron SOURCE FILE
write_cron() {
	case $1 in
	crontab:*) crontab_of "${1#crontab:}" - <"$2" ;;
	*)
		# cron leaves out files whose names have dots.
		next=$(dirname -- "$1")/.$(basename -- "$1").belay
		cp -p -- "$1" "$next"
		cat -- "$2" >"$next"
		mv -T -- "$next" "$1"
		;;
	esac
}

# cron_line_of DIGEST LINE: of the crontab on stdin the line whose SHA-256 begins so, looked for at LINE first.
cron_line_of() {
	awk -v at="$2" '{ line[NR] = $0 } END { print line[at]; for (n = 1; n <= NR; n++) if (n != at) print line[n] }' |
		while IFS= read -r one; do
			case $(printf %s "$one" | sha256sum) in
			"$1"*)
				printf '%s\n' "$one"
				break
				;;
			esac
		done
}

# swap_cron_line SOURCE LINE FROM TO: sets swapped to yes; to already where TO is there instead; to no where neither is.
# The line's number only decides between equal lines: others may have come in above.
swap_cron_line() {
	work=$(mktemp -d)
	read_cron "$1" >"$work/before" 2>/dev/null || :
	if ! grep -qxF -e "$3" "$work/before"; then
		swapped=no
		if grep -qxF -e "$4" "$work/before"; then swapped=already; fi
	else
		AT=$2 FROM=$3 TO=$4 awk '
			{ line[NR] = $0 }
			$0 == ENVIRON["FROM"] && (at == 0 || NR == ENVIRON["AT"]) { at = NR }
			END { for (n = 1; n <= NR; n++) print n == at ? ENVIRON["TO"] : line[n] }' "$work/before" >"$work/after"
		write_cron "$1" "$work/after"
		swapped=yes
	fi
	rm -rf -- "$work"
}
