# shellcheck shell=sh disable=SC2154 # workers of detour.sh says what runs
# Files that nginx serves itself, exchanged under visitors. Needs processes.sh and detour.sh.

# swap_names ONE OTHER: both change places in one moment, so that whoever asks meanwhile finds one of them. Fails, and nothing is changed,
# where no program here can ask the kernel for that (renameat2(2), RENAME_EXCHANGE).
swap_names() {
	if mv --help 2>/dev/null | grep -q -e --exchange; then
		mv --exchange -T -- "$1" "$2"
		return
	fi
	call=
	case $(uname -m) in
	x86_64) call=316 ;;
	aarch64 | riscv64 | loongarch64) call=276 ;;
	i?86) call=353 ;;
	arm*) call=382 ;;
	ppc64*) call=357 ;;
	s390x) call=347 ;;
	esac
	# shellcheck disable=SC2016 # for perl
	if [ -n "$call" ] && command -v perl >/dev/null &&
		perl -e 'exit(syscall($ARGV[0] + 0, -100, "$ARGV[1]", -100, "$ARGV[2]", 2) == 0 ? 0 : 1)' "$call" "$1" "$2" 2>/dev/null; then
		return 0
	fi
	command -v python3 >/dev/null && python3 -I -c '
import ctypes, sys
one, other = (name.encode() for name in sys.argv[1:])
sys.exit(0 if ctypes.CDLL(None).renameat2(-100, one, -100, other, 2) == 0 else 1)' "$1" "$2" 2>/dev/null
}

# renew_workers: nginx's workers that have files open give way to new ones, as by a reload: returns once no old one takes requests.
renew_workers() {
	before=$(workers)
	if [ -z "$before" ]; then
		echo 'nginx does not run, so it has no files open'
		return 0
	fi
	printf '%s\n' "$before" | while IFS=: read -r worker _; do
		sed -n 's/^PPid:[[:space:]]*//p' "/proc/$worker/status" 2>/dev/null
	done | sort -u | while read -r master; do kill -s HUP "$master" || :; done
	tenths=0
	while :; do
		now=$(workers)
		old=$(printf '%s\n' "$before" | while read -r one; do
			if printf '%s\n' "$now" | grep -qxF -e "$one"; then echo "$one"; fi
		done)
		if [ -n "$now" ] && [ -z "$old" ]; then break; fi
		if [ "$tenths" -ge 200 ]; then
			die "10 s after nginx was told to reload its old workers take requests still, with the files that they have open: see its error log"
		fi
		sleep 0.05
		tenths=$((tenths + 1))
	done
	echo 'nginx was reloaded, for it keeps files open'
}
