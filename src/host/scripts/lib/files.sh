# shellcheck shell=sh
# What is asked of find, sha256sum and cp beyond POSIX: in GNU's words where they are GNU's, and so that busybox's do as
# well. A newline within a name stands as \001.

# mounts_here: those below the folder we are in, as lines of tree_here: busybox's find passes them over.
mounts_here() {
	HERE=$(pwd -P)/ awk '
		{ gsub(/\\040/, " ", $5) }
		index($5, ENVIRON["HERE"]) == 1 { print "d 755 0 0 0 mounted 0 " substr($5, length(ENVIRON["HERE"]) + 1) "\t" }' \
		/proc/self/mountinfo 2>/dev/null
}

# links_here: `<name>\t<target>` of every link below the folder we are in.
links_here() {
	if find . -maxdepth 0 -printf '' 2>/dev/null; then
		find . -type l -printf '%P\t%l\0' | tr '\n\0' '\001\n'
		return
	fi
	# shellcheck disable=SC2016 # for the inner shell
	find . -type l -print0 | xargs -0 -r sh -c '
		for link; do printf "%s\t%s\0" "${link#./}" "$(readlink -- "$link")"; done' sh | tr '\n\0' '\001\n'
}

# tree_here: of everything below the folder we are in but what Python compiled, `<kind> <mode> <size> <changed> <modified>
# <device> <inode> <name>\t<target>`; kind as find's %y, e for an empty folder.
tree_here() {
	if find . -maxdepth 0 -printf '' 2>/dev/null; then
		find . -xdev -mindepth 1 \( -name __pycache__ -prune \) -o -name '*.pyc' -o \
			\( -type d -empty -printf 'e %m %s %C@ %T@ %D %i %P\0' \) -o -printf '%y %m %s %C@ %T@ %D %i %P\t%l\0' |
			tr '\n\0' '\001\n'
		return
	fi
	broken='*
*'
	mounts_here
	# Of a name in two lines no more is told than that it is there.
	find . -xdev -mindepth 1 -path "$broken" ! -type d -print0 | tr '\n\0' '\001\n' |
		NOW=$(date +%s) DEVICE=$(stat -c %d .) awk '
			{ print "f 644 0", ENVIRON["NOW"], ENVIRON["NOW"], ENVIRON["DEVICE"], "0", substr($0, 3) "\t" }'
	{
		links_here
		echo
		find . -xdev -mindepth 1 ! -path "$broken" -print0 | xargs -0 -r stat -c '%A %a %s %Z %Y %d %i %n'
	} | awk '
		!listed && $0 == "" { listed = 1; next }
		!listed { at = index($0, "\t"); target[substr($0, 1, at - 1)] = substr($0, at + 1); next }
		{
			before = $1 " " $2 " " $3 " " $4 " " $5 " " $6 " " $7 " "
			name = substr($0, length(before) + 3)
			line[++lines] = name
			rest[name] = substr(before, length($1) + 1)
			kind[name] = substr($1, 1, 1)
			if (sub(/\/[^\/]*$/, "", name)) inhabited[name] = 1
		}
		END {
			for (n = 1; n <= lines; n++) {
				name = line[n]
				if (name ~ /(^|\/)__pycache__(\/|$)|\.pyc$/) continue
				type = kind[name] == "-" ? "f" : kind[name]
				print (type == "d" && !(name in inhabited) ? "e" : type) rest[name] name "\t" target[name]
			}
		}'
}

# states_here: `<inode> <size> <changed> <modified> <name>` of every file below the folder we are in. Nothing where the time
# cannot be had to the nanosecond: within a second a file may have been written to again.
states_here() {
	if find . -maxdepth 0 -printf '' 2>/dev/null; then
		find . -type f -printf '%i %s %C@ %T@ %P\0' | tr '\n\0' '\001\n'
	fi
}

# processors: how many there are, to work on files with all of them.
processors() {
	getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2
}

# digests: `<sha256>  <name>` of the files that are named on stdin, one a line. $1: how its own files may begin.
digests() {
	sh -c "$digest_program" sh "$1" "$(processors)"
}

# All processors at once, each writing to a file of its own, or their lines would run into one another. Without -z GNU's
# sha256sum escapes names; busybox's never does.
# shellcheck disable=SC2016 # for the shell that runs it
digest_program='
	if sha256sum -z </dev/null >/dev/null 2>&1; then zero=-z; else zero=; fi
	tr "\n" "\0" | xargs -0 -r -n 200 -P "$2" \
		sh -c "sums=\$1; zero=\$2; shift 2; sha256sum \$zero -- \"\$@\" >>\"\$sums.\$\$\" 2>/dev/null" sh "$1" "$zero"
	: >>"$1.0"
	cat "$1".* | tr "\0" "\n"
	rm -f "$1".*'
