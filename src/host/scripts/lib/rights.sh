# shellcheck shell=sh
# What the app's user may do in each of its folders, before and after the release has its place: nothing of that may be lost,
# whatever checkStaged foresaw. Needs as-user.sh.

# rights_of USER PATH: what he may there, a line each: `folder NAME`, in which he may make files; `file NAME`, to which he may
# write; `beside NAME`, beside which, links followed, he may make files, as SQLite makes its journal.
rights_of() {
	# Expanded by the shell that reads this, which is the user's.
	# shellcheck disable=SC2016
	as_user "$1" sh -c '
		cd -- "$1" 2>/dev/null || exit 0
		leave="-name .venv -o -name venv -o -name node_modules -o -name .git -o -name __pycache__"
		{
			find . \( $leave \) -prune -o -type d -print
			find . \( $leave \) -prune -o \( -type f -o -type l \) -print
		} 2>/dev/null | head -n 5000 | while IFS= read -r name; do
			[ -w "$name" ] || continue
			if [ -d "$name" ]; then
				echo "folder $name"
			elif [ -f "$name" ]; then
				echo "file $name"
				place=$name
				[ ! -L "$name" ] || place=$(readlink -f -- "$name")
				[ ! -w "${place%/*}" ] || echo "beside $name"
			fi
		done' sh "$2" </dev/null
}

# rights_lost USER PATH: those of stdin that he has no more, ten at most; what is there no more is no loss of a right. In a
# folder that is now reached over a link a file is made and taken away again, to a file there nothing is added: mode and ACL
# do not tell everything.
rights_lost() {
	# shellcheck disable=SC2016
	as_user "$1" sh -c '
		cd -- "$1" || exit
		makes() {
			refused=$({ true >"$1/.belay-$$"; } 2>&1) || :
			rm -f -- "$1/.belay-$$" 2>/dev/null
			case $refused in *"ermission denied"* | *"ead-only file"* | *"not permitted"*) return 1 ;; esac
		}
		appends() {
			refused=$({ true >>"$1"; } 2>&1) || :
			case $refused in *"ermission denied"* | *"ead-only file"* | *"not permitted"*) return 1 ;; esac
		}
		may() {
			case $1 in
			folder) [ -w "$2" ] && [ -x "$2" ] && { [ ! -L "$2" ] || makes "$2"; } ;;
			file) [ -w "$2" ] && { [ ! -L "$2" ] || [ ! -f "$2" ] || appends "$2"; } ;;
			beside)
				[ -L "$2" ] || { [ -w "${2%/*}" ]; return; }
				place=$(readlink -f -- "$2")
				[ -w "${place%/*}" ] && makes "${place%/*}"
				;;
			esac
		}
		while IFS=" " read -r what name; do
			[ -e "$name" ] || continue
			may "$what" "$name" || printf "%s %s\n" "$what" "${name#./}"
		done | head -n 10' sh "$2"
}
