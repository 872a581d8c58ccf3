# shellcheck shell=sh
# Which releases stay on a host: good ones by number, failed ones apart for whoever looks into them. Needs release-record.sh;
# prune_releases links.sh too.

# As many failed releases stay; they are no releases to go back to.
failed_kept=3

# opened: `<pid> <path>` of all that processes work in, are run from or have open.
opened() {
	# shellcheck disable=SC2012 # busybox's find prints no links
	ls -ln /proc/[0-9]*/cwd /proc/[0-9]*/exe /proc/[0-9]*/fd 2>/dev/null | awk '
		/^\/proc\/[0-9]+\/fd:$/ { pid = $0; gsub(/[^0-9]/, "", pid); next }
		(at = index($0, " -> ")) > 0 {
			target = substr($0, at + 4)
			if (match($0, /\/proc\/[0-9]+\/(cwd|exe) -> /)) { pid = substr($0, RSTART + 6); sub(/\/.*/, "", pid) }
			print pid " " target
		}'
}

# in_use BASE: what lies in BASE and a process works in, is run from, has open or mapped; into in_use, for used.
in_use() {
	in_use_base=$(readlink -f -- "$1") || in_use_base=$1
	in_use=$({
		opened | sed 's/^[0-9]* //'
		cat /proc/[0-9]*/maps 2>/dev/null
	} | grep -F -e "$in_use_base/" | sed 's|$|/|' | sort -u) || :
}

# used PART: whether that part of BASE (`releases/x`) was in use at in_use.
used() {
	case $in_use in *"$in_use_base/$1/"*) ;; *) return 1 ;; esac
}

# users_of BASE PART: a line `pid N: command` for every process that works in it or has something of it open.
users_of() {
	opened | sed 's|$|/|' | grep -F -e " $(readlink -f -- "$1")/$2/" | sed 's/ .*//' | sort -un | head -n 5 |
		while read -r pid; do
			printf 'pid %s: %s\n' "$pid" "$(tr '\000' ' ' <"/proc/$pid/cmdline" 2>/dev/null | cut -c 1-200)"
		done
}

# set_apart BASE RELEASE: its files stay for whoever looks into the failure, where no rollback takes them for a release.
set_apart() {
	set_outcome "$1/releases/$2" failed || :
	if [ ! -d "$1/failed" ]; then mkdir -m 700 -- "$1/failed" || return 1; fi
	rm -rf -- "${1:?}/failed/$2"
	mv -T -- "$1/releases/$2" "$1/failed/$2"
}

# prune_failed BASE: after in_use.
prune_failed() {
	[ -d "$1/failed" ] || return 0
	for old in $(cd -- "$1/failed" && printf '%s\n' * | sort -r | tail -n "+$((failed_kept + 1))"); do
		if used "failed/$old"; then continue; fi
		rm -rf -- "${1:?}/failed/$old"
	done
}

# linked_to BASE DEPENDENCIES: whether a release links to them.
linked_to() {
	for linking in "$1"/releases/*/tree; do
		[ -z "$(links_into "$linking" "$2" | head -n 1)" ] || return 0
	done
	return 1
}

# prune_releases BASE KEEP ACTIVE PREVIOUS: tells `pruned <release>`. Newest first; names begin with their time.
prune_releases() {
	in_use "$1"
	kept=0
	for old in $(cd -- "$1/releases" && printf '%s\n' * | sort -r); do
		outcome=$(outcome_of "$1/releases/$old")
		case $old/$outcome in
		# What was found on the host and adopted is never pruned.
		*-adopted/* | */adopted) continue ;;
		"$3"/* | "$4"/*) kept=$((kept + 1)) ;;
		*/failed)
			if ! used "releases/$old" && set_apart "$1" "$old"; then echo "set $old apart, which failed"; fi
			;;
		*/staged | */)
			# A plan that waits for its approval may stage one at any time; a week later it is a leftover.
			if [ -n "$(find "$1/releases/$old" -maxdepth 0 -mtime +7)" ] && ! used "releases/$old"; then
				rm -rf -- "${1:?}/releases/$old"
				echo "pruned $old"
			fi
			;;
		*)
			kept=$((kept + 1))
			if [ "$kept" -le "$2" ] || used "releases/$old"; then continue; fi
			rm -rf -- "${1:?}/releases/$old"
			echo "pruned $old"
			;;
		esac
	done
	prune_failed "$1"
	# Dependencies that no release links to any more; those of the new one are never among them.
	for old in "$1"/deps/*; do
		if [ -d "$old" ] && ! used "deps/${old##*/}" &&
			! linked_to "$1" "$old"; then
			rm -rf -- "$old"
		fi
	done
}
