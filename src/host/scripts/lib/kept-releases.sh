# shellcheck shell=sh disable=SC2154 # place and own of state.sh
# Which releases stay on a host: good ones by number, failed ones apart for whoever looks into them. Needs state.sh, after
# state_of, and release-record.sh.

# As many failed releases stay; they are no releases to go back to.
failed_kept=3

# opened: `<pid> <path>` of all that processes work in, are run from or have open; at its end `unknown` where not all was seen.
# As many processes as there are, they fit no command line; with one folder alone ls would not name it.
opened() {
	{
		# 123: some of them ended meanwhile.
		printf '%s\0' /proc/[0-9]*/cwd /proc/[0-9]*/exe /proc/[0-9]*/fd | xargs -0 ls -ln /proc/self/fd 2>/dev/null ||
			[ $? -eq 123 ] || echo unknown
	} | awk '
		/^\/proc\/[0-9a-z]+\/fd:$/ { pid = $0; gsub(/[^0-9]/, "", pid); next }
		$0 == "unknown" { print; next }
		(at = index($0, " -> ")) > 0 {
			target = substr($0, at + 4)
			if (match($0, /\/proc\/[0-9]+\/(cwd|exe) -> /)) { pid = substr($0, RSTART + 6); sub(/\/.*/, "", pid) }
			if (pid != "") print pid " " target
		}'
}

# mapped: lines with the paths that processes have mapped; `unknown` as above.
mapped() {
	printf '%s\0' /proc/[0-9]*/maps | xargs -0 cat 2>/dev/null || [ $? -eq 123 ] || echo unknown
}

# in_use: what lies in belay's folder beside the path and a process works in, is run from, has open or mapped; into in_use,
# for used; `unknown` where that cannot be told.
in_use() {
	in_use=$({
		opened | sed 's/^[0-9]* //'
		mapped
	} | grep -F -e "$place.belay/" -e unknown | sed 's|$|/|' | sort -u) || :
	case "$newline$in_use$newline" in *"${newline}unknown/$newline"*) in_use=unknown ;; esac
}

# used PART: whether that part of the folder (`releases/x`) was in use at in_use. What is not known is.
used() {
	case $in_use in unknown | *"$place.belay/$1/"*) ;; *) return 1 ;; esac
}

# users_of PART: a line `pid N: command` for every process that works in it or has something of it open.
users_of() {
	opened | sed 's|$|/|' | grep -F -e " $place.belay/$1/" | sed 's/ .*//' | sort -un | head -n 5 |
		while read -r pid; do
			printf 'pid %s: %s\n' "$pid" "$(tr '\000' ' ' <"/proc/$pid/cmdline" 2>/dev/null | cut -c 1-200)"
		done
}

# clear_away FOLDER NAME: removes what lies in that folder beside the path (`releases`, `failed`), and what is known of it.
clear_away() {
	if [ -e "$place.belay/$1/$2" ] || [ -L "$place.belay/$1/$2" ]; then
		in_own "$place.belay/$1" rm -rf -- "./$2" || return
	fi
	rm -rf -- "${own:?}/$1/$2"
}

# put_away FOLDER NAME: as clear_away, but takes only a rename: what it held is deleted by sweep.
put_away() {
	if ! in_own "$place.belay" move_away "$1" "$2" 2>/dev/null; then
		clear_away "$1" "$2"
		return
	fi
	rm -rf -- "${own:?}/$1/$2"
}

# move_away FOLDER NAME: in belay's folder.
move_away() {
	if [ ! -d ./.removed ]; then mkdir -m 700 ./.removed || return 1; fi
	roots_alone "./$1" ./.removed || return 1
	# Of the same name, that nothing swept yet.
	if [ -e "./.removed/$1-$2" ]; then rm -rf -- "./.removed/$1-$2"; fi
	mv -T -- "./$1/$2" "./.removed/$1-$2"
}

# sweep: deletes what was put away, detached, while nobody waits. Where that is ended from outside, the next one goes on with it.
sweep() {
	if [ ! -d "$place.belay/.removed" ]; then return; fi
	in_own "$place.belay" sweep_here || :
}

sweep_here() {
	roots_alone ./.removed || return 1
	setsid timeout 900 rm -rf -- ./.removed </dev/null >/dev/null 2>&1 &
}

# set_apart RELEASE: its files stay for whoever looks into the failure, where no rollback takes them for a release.
set_apart() {
	set_outcome "$own/releases/$1" failed || :
	in_own "$place.belay" move_apart "$1" || return
	(umask 077 && mkdir -p -- "$own/failed") || return
	rm -rf -- "${own:?}/failed/$1"
	[ ! -d "$own/releases/$1" ] || mv -T -- "$own/releases/$1" "$own/failed/$1"
}

# move_apart RELEASE: in belay's folder.
move_apart() {
	if [ ! -d ./failed ]; then mkdir -m 700 ./failed || return 1; fi
	roots_alone ./releases ./failed || return 1
	rm -rf -- "./failed/$1"
	mv -T -- "./releases/$1" "./failed/$1"
}

# names FOLDER: what lies beside the path or is known of there, the newest first; names begin with their time.
names() {
	for each in "$place.belay/$1"/* "$own/$1"/*; do
		[ ! -e "$each" ] || printf '%s\n' "${each##*/}"
	done | sort -ru
}

# prune_failed: after in_use.
prune_failed() {
	for old in $(names failed | tail -n "+$((failed_kept + 1))"); do
		if used "failed/$old"; then continue; fi
		clear_away failed "$old" || :
	done
}

# linked_to NAME: whether a release links to those dependencies, by whichever of the path's names. Links lie at most three
# levels down.
linked_to() {
	set -- "$1" "$place.belay"/releases/*/tree
	linked_name=$1
	shift
	if find / -maxdepth 0 -lname x >/dev/null 2>&1; then
		[ -n "$(find "$@" -maxdepth 3 -type l -lname "*deps/$linked_name/*" 2>/dev/null | head -n 1)" ]
		return
	fi
	find "$@" -maxdepth 3 -type l 2>/dev/null | while IFS= read -r link; do readlink -- "$link"; done |
		grep -qF -e "deps/$linked_name/"
}

# prune_releases KEEP ACTIVE PREVIOUS: tells `pruned <release>`. Newest first.
prune_releases() {
	in_use
	kept=0
	for old in $(names releases); do
		outcome=$(outcome_of "$own/releases/$old")
		case $old/$outcome in
		# What was found on the host and adopted is never pruned.
		*-adopted/* | */adopted) continue ;;
		"$2"/* | "$3"/*) kept=$((kept + 1)) ;;
		*/failed)
			if ! used "releases/$old" && set_apart "$old"; then echo "set $old apart, which failed"; fi
			;;
		*/staged | */)
			# A plan that waits for its approval may stage one at any time; a week later it is a leftover.
			folder=$place.belay/releases/$old
			[ -d "$folder" ] || folder=$own/releases/$old
			if [ -n "$(find "$folder" -maxdepth 0 -mtime +7)" ] &&
				! used "releases/$old" && put_away releases "$old"; then
				echo "pruned $old"
			fi
			;;
		*)
			kept=$((kept + 1))
			if [ "$kept" -le "$1" ] || used "releases/$old"; then continue; fi
			if put_away releases "$old"; then echo "pruned $old"; fi
			;;
		esac
	done
	prune_failed
	# Dependencies that no release links to any more; those of the new one are never among them.
	for old in "$place.belay"/deps/*; do
		if [ -d "$old" ] && ! used "deps/${old##*/}" && ! linked_to "${old##*/}"; then
			put_away deps "${old##*/}" || :
		fi
	done
	sweep
}
