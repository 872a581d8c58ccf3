# shellcheck shell=sh disable=SC2154 # variables of common.sh
# belay:with places.sh dependencies.sh heeds.sh
# Checks a staged release with the host's own interpreters, as the user that the app runs as, and as root for no other; runs
# none of the release's code and writes nothing to the tree.
# Fields: path release user word subjects, which are whom the app runs as, the first word of the start command or nothing, and what
# to look at, of `python jinja2 node json yaml toml requirements packages`; then check-python.py and check-node.cjs.
# Input: files of the release that may be shell scripts, one a line.
# Output, read by src/host/staging/run-check-staged.ts: `user`; `closed` or `unreadable`, after which nothing comes; `lost`; `special`; `heeds`; `python`, `runs` (where the start command comes to
# that Python), `node`, `path`, `command`, `crashed`, `shell` records (followed by `said` and `text`), and the lines of the two
# programs, which are JSON objects.
set -eu
fields "$1" path release user word subjects
python_program=$2
node_program=$3
live=$path
folder=$path.belay/releases/$release
tree=$folder/tree
subjects=" $subjects "
standard=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
trap 'exit 143' HUP INT TERM PIPE
cat >"$temp/scripts"

# In every shell the path from a link to its folder is lost after cd: what is live may be reached by a relative one.
live=$(readlink -f -- "$live" || printf '%s' "$live")
cd -- "$tree"

# What the release will find. Before its dependencies are linked: those that are kept for its lockfiles, else the live tree's.
kept=$path.belay/deps/$(lock_digest .venv)
linked() {
	if [ -d "$kept/$1" ] && [ ! -e "$kept/$1.building" ]; then printf '%s' "$kept/$1"; else printf '%s' "$live/$1"; fi
}
dot_venv=$(linked .venv)
venv=$(linked venv)
modules=$(linked node_modules)

# A login that is not root checks as itself: it has no rights to lose.
as=
if [ "$(id -u)" -eq 0 ] && [ "$user" != "$(id -un)" ]; then
	echo "user $user"
	if ! id -u -- "$user" >/dev/null 2>&1; then
		echo "closed the host has no user $user"
		exit
	elif command -v setpriv >/dev/null 2>&1; then
		as=setpriv
	elif command -v runuser >/dev/null 2>&1; then
		as=runuser
	else
		echo 'closed the host has neither setpriv nor runuser'
		exit
	fi
else
	echo "user $(id -un)"
fi

# may_run FILE: where root itself is asked, as the app runs as root, nothing of anybody else's is run, nor on its PATH.
may_run() {
	[ -n "$as" ] || [ "$(id -u)" -ne 0 ] || [ ! -e "$1" ] || roots_own "$1"
}
search=
for each in "$tree/.venv/bin" "$tree/venv/bin" "$tree/node_modules/.bin" "$dot_venv/bin" "$venv/bin" "$modules/.bin"; do
	if may_run "$each"; then search=$search$each:; fi
done
search=$search$standard

# acting COMMAND…: as the app's user, with a bare environment.
acting() {
	set -- env -i "PATH=$search" HOME=/ LC_ALL=C.UTF-8 "$@"
	case $as in
	setpriv) setpriv --reuid "$user" --regid "$(id -g -- "$user")" --init-groups -- "$@" ;;
	runuser) runuser -u "$user" -- "$@" ;;
	*) "$@" ;;
	esac </dev/null
}

# By its whole path: a folder that one stands in can be read though those above it cannot.
# shellcheck disable=SC2016
if ! acting sh -c '[ -r "$1" ] && [ -x "$1" ]' sh "$tree/" 2>/dev/null; then
	echo "unreadable $tree"
	exit
fi

# What that user may write to where the app lives now, and not in the release: `lost <path>`, ten at most.
# shellcheck disable=SC2016
acting sh -c '
	cd -- "$2" || exit
	find . \( -name .venv -o -name venv -o -name node_modules \) -prune -o \( -type d -o -type f \) -print 2>/dev/null | while IFS= read -r each; do
		if [ ! -w "$each" ] && [ -w "$1/$each" ]; then printf "lost %s\n" "${each#./}"; fi
	done | head -n 10' sh "$live" "$tree"

# mine: of the names on stdin, relative to the live tree, those that the release has too, after what they are: ten at most.
mine() {
	while IFS= read -r each; do
		if [ -e "./$each" ] && [ ! -L "./$each" ]; then printf 'special %s %s\n' "$1" "$each"; fi
	done | head -n 10
}

# What has more in the live tree than owner, group and mode say, and will not have it in the release: bits of a file that make whoever runs
# it somebody else, capabilities of a file, attributes, and an ACL where nothing here copies one.
tell_special() {
	(cd -- "$live" && timeout 20 find . -xdev "$@" -prune -o -type f \( -perm -4000 -o -perm -2000 \) -print) 2>/dev/null | sed 's#^\./##' | mine set-id
	if command -v getcap >/dev/null; then
		(cd -- "$live" && timeout 20 getcap -r .) 2>/dev/null | sed -n 's#^\(\./\)\{0,1\}\(.*\) \(= \)\{0,1\}cap_.*$#\2#p' | mine capability
	fi
	if ! command -v getfacl >/dev/null || ! command -v setfacl >/dev/null; then
		(cd -- "$live" && timeout 20 find . -xdev "$@" -prune -o ! -type l -exec ls -ld -- {} +) 2>/dev/null |
			sed -n 's#^[-dps][-rwxsStT]\{9\}+ .* \./#./#p' | sed 's#^\./##' | mine acl
	fi
}
if [ -d "$live" ]; then tell_special \( -name .venv -o -name venv -o -name node_modules -o -name .git \); fi

# shellcheck disable=SC2154 # of heeds.sh
acting sh -c "$heeding" | sed 's/^/heeds /'

has() {
	case $subjects in *" $1 "*) ;; *) return 1 ;; esac
}

# --- the start command
command=
case $word in
'') ;;
/*) command=$word ;;
*/*)
	# As the release will have it, else as the live tree has it: a venv is linked later.
	command=$tree/$word
	[ -e "$command" ] || command=$live/$word
	;;
*)
	# shellcheck disable=SC2016
	command=$(acting sh -c 'command -v -- "$1"' sh "$word") || command=
	;;
esac
if [ -n "$word" ]; then
	echo "path $search"
	# shellcheck disable=SC2016
	case $command in
	/*) acting sh -c '[ -f "$1" ] && [ -x "$1" ]' sh "$command" || command= ;;
	esac
	echo "command ${command:-none}"
fi

# --- Python: the interpreter that the start command names, else the venv's, else the host's
# good_python PYTHON: sets version.
good_python() {
	[ -n "$1" ] && may_run "$1" && version=$(acting timeout 30 "$1" -I -B -c \
		'import sys; sys.exit(1) if sys.version_info < (3, 7) else print(sys.version.split()[0])' 2>/dev/null)
}
choose_python() {
	named=
	case ${command##*/} in
	python*) named=$command ;;
	*)
		line=
		case $command in /*) IFS= read -r line <"$command" 2>/dev/null || : ;; esac
		case $line in
		'#!/'*python*)
			named=${line#'#!'}
			named=${named%% *}
			;;
		esac
		;;
	esac
	for python in "$named" "$dot_venv/bin/python" "$venv/bin/python" "$tree/.venv/bin/python" "$tree/venv/bin/python" \
		"$(acting sh -c 'command -v python3')"; do
		if good_python "$python"; then return 0; fi
	done
	python=
}

# checked NAME COMMAND…: runs a checker; what it says on stderr is told only where it fails.
checked() {
	name=$1
	shift
	status=0
	acting timeout 300 "$@" 2>"$temp/errors" || status=$?
	[ "$status" -eq 0 ] || printf 'crashed %s %s %s\n' "$name" "$status" "$(tail -n 1 "$temp/errors" | head -c 500)"
}

wanted=
for each in python jinja2 json yaml toml requirements; do if has "$each"; then wanted="$wanted $each"; fi; done
json=
if [ -n "$wanted" ]; then
	choose_python
	if [ -n "$python" ]; then
		printf 'python %s %s\n' "$version" "$python"
		if [ "$python" = "$named" ]; then echo "runs $python"; fi
		# Words of a list that is belay's own.
		# shellcheck disable=SC2086
		checked python "$python" -I -B -c "$python_program" $wanted
	else
		if has python; then echo 'python none'; fi
		if has json; then json=json; fi
	fi
fi

# --- Node
if has node || has packages || [ -n "$json" ]; then
	node=$(acting sh -c 'command -v node || command -v nodejs') || node=
	if [ -n "$node" ]; then
		printf 'node %s %s\n' "$(acting "$node" --version)" "$node"
		wanted=$json
		for each in node packages; do if has "$each"; then wanted="$wanted $each"; fi; done
		# shellcheck disable=SC2086
		checked node "$node" --experimental-vm-modules --no-warnings -e "$node_program" -- $wanted "in=$modules"
	else
		echo 'node none'
	fi
fi

# --- shell scripts: by their first line, else by the ending
faults=0
while IFS= read -r file; do
	if [ ! -f "$file" ] || [ -L "$file" ]; then continue; fi
	line=
	IFS= read -r line <"$file" 2>/dev/null || :
	case $line in
	'#!'*) interpreter=${line#'#!'} ;;
	*)
		case $file in *.sh) ;; *) continue ;; esac
		interpreter=/bin/sh
		;;
	esac
	interpreter=${interpreter#"${interpreter%%[! ]*}"}
	case $interpreter in '/usr/bin/env '*) interpreter=${interpreter#/usr/bin/env } ;; esac
	interpreter=${interpreter%% *}
	case ${interpreter##*/} in sh | bash | dash | ash | ksh | zsh) ;; *) continue ;; esac
	interpreter=$(command -v -- "$interpreter" || command -v -- "${interpreter##*/}") || continue
	if acting timeout 30 "$interpreter" -n "./$file" 2>"$temp/errors"; then continue; fi
	faults=$((faults + 1))
	if [ "$faults" -gt 50 ]; then continue; fi
	echo "shell $file"
	number=$(sed -n 's/^[^:]*: *\(line \)\{0,1\}\([0-9][0-9]*\): .*/\2/p' "$temp/errors" | head -n 1)
	printf 'said %s\n' "$(head -n 1 "$temp/errors" | head -c 500)"
	if [ -n "$number" ]; then printf 'text %s %s\n' "$number" "$(sed -n "${number}p" "$file" | head -c 300)"; fi
done <"$temp/scripts"
