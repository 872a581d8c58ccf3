# shellcheck shell=sh disable=SC2154 # my_uid and newline of root-path.sh
# Whom belay believes on a host, and as whom it asks. A process's title, name, folder and environment are whatever its user
# likes: only its real uid says whose it is, and only what root alone can change may root run, or read as told by root.

# real_uid /proc/PID: sets uid; empty where there is no such process. Not from stat: of a process that made itself
# undumpable that says root.
# shellcheck disable=SC2034 # uid is read by the callers
real_uid() {
	uid=
	{
		while read -r belay_key belay_value _; do
			if [ "$belay_key" = Uid: ]; then
				uid=$belay_value
				break
			fi
		done <"$1/status"
	} 2>/dev/null
}

# with_names: of the lines `KEY UID` on stdin, each with the user's name in place of the uid, where there is one. Names that
# are not of /etc/passwd are asked for all at once.
with_names() {
	awk '
		function learn(line, part) { if (split(line, part, ":") > 2 && !(part[3] in name)) name[part[3]] = part[1] }
		BEGIN { while ((getline line < "/etc/passwd") > 0) learn(line) }
		NF { lines[++n] = $0; if ($NF ~ /^[0-9]+$/ && !($NF in name) && !asked[$NF]++) unknown = unknown " " $NF }
		END {
			# In a name of its own: mawk takes a pipe to begin at the last word of several, and would read without end.
			asking = "getent passwd" unknown " 2>/dev/null"
			if (unknown != "") while ((asking | getline line) > 0) learn(line)
			for (i = 1; i <= n; i++) {
				uid = lines[i]; sub(/^.* /, "", uid)
				sub(/ [^ ]*$/, "", lines[i])
				print lines[i], (uid in name ? name[uid] : uid)
			}
		}'
}

# strangers: of the paths on stdin, absolute and one a line, what on the way to them somebody else than root (and than
# whom belay runs as) could change: `<uid or group:gid> <mode> <path>`, one a line.
strangers() {
	find_strangers "$(cat)"
	printf '%s' "$belay_found"
}

# find_strangers PATHS: the same, into belay_found. Links are followed one by one, so that none may lie where others could
# lead it elsewhere. What is not there is passed over, but not its folders.
find_strangers() {
	belay_new=$1 belay_seen='' belay_found='' belay_round=0
	while [ -n "$belay_new" ] && [ "$belay_round" -lt 20 ]; do
		belay_round=$((belay_round + 1))
		# One pipeline a round; V is what was looked at, S strange, N where a link leads.
		belay_told=$(awk "$belay_parts" <<-END | tr '\n' '\0' | xargs -0 ls -lnd -- 2>/dev/null | ME=$my_uid awk "$belay_judged"
			$belay_seen

			$belay_new
		END
		)
		belay_new=
		while IFS= read -r belay_line; do
			case $belay_line in
			'S '*) belay_found=$belay_found${belay_line#S }$newline ;;
			'N '*) belay_new=$belay_new${belay_line#N }$newline ;;
			'V '*) belay_seen=$belay_seen${belay_line#V }$newline ;;
			esac
		done <<-END
			$belay_told
		END
	done
	[ -z "$belay_new" ] || belay_found="$belay_found${newline}0 l......... too many links"
	[ -n "$belay_found" ] || return 0
	belay_new=$belay_found belay_found=''
	while read -r belay_whose belay_rest; do
		case $belay_whose in
		'') continue ;;
		group:*) ! nobody_in "${belay_whose#group:}" "$belay_rest" || continue ;;
		esac
		belay_found="$belay_found$belay_whose $belay_rest$newline"
	done <<-END
		$belay_new
	END
}

# Of what was seen, an empty line, and what is new: every new path and the folders above it, each once.
# shellcheck disable=SC2016 # awk's own dollar signs
belay_parts='
	$0 == "" { new = NR > 1; next }
	!new { seen[$0] = 1; next }
	{
		part = $0
		while (part != "" && !(part in seen)) { seen[part] = 1; print part; sub(/\/+[^\/]*$/, "", part) }
		if (!("/" in seen)) { seen["/"] = 1; print "/" }
	}'

# Of the lines of ls.
# shellcheck disable=SC2016 # awk's own dollar signs
belay_judged='
	{
		path = substr($0, index($0, " /") + 1)
		link = substr($1, 1, 1) == "l"
		if (link) {
			at = index(path, " -> ")
			target = substr(path, at + 4)
			path = substr(path, 1, at - 1)
			if (index(target, " -> ")) { print "S", $3, $1, path; next }
			if (target !~ /^\//) { folder = path; sub(/[^\/]*$/, "", folder); target = folder target }
			print "N", target
		}
		print "V", path
		if ($3 != 0 && $3 != ENVIRON["ME"]) print "S", $3, $1, path
		else if (!link && substr($1, 9, 1) == "w" && $1 !~ /^d........[tT]/) print "S", $3, $1, path
		else if (!link && substr($1, 6, 1) == "w") print "S", "group:" $4, $1, path
	}'

# told_strangers: the lines of `strangers` in words.
told_strangers() {
	awk '{ path = $0; sub(/^[^ ]+ [^ ]+ /, "", path); print path "\t" $2 " " $1 }' | with_names |
		awk -F '\t' '{ split($2, by, " "); print $1 " can be changed by " (by[2] ~ /^group:/ ? "its group" : by[2]) " (" by[1] ")" }' | head -n 20
}

# ways_as_uid: sets belay_way, how root can become another user: a program, and whether in a namespace of its own.
ways_as_uid() {
	set -- setpriv --no-new-privs --reuid 0 --regid 0 --clear-groups true
	if [ "$my_uid" != 0 ]; then
		belay_way=none
	elif unshare -f -p "$@" 2>/dev/null; then
		belay_way=setpriv,namespace
	elif "$@" 2>/dev/null; then
		belay_way=setpriv
	elif command -v runuser >/dev/null; then
		belay_way=runuser
	else
		belay_way=none
	fi
}

# as_uid UID COMMAND…: as that user and with nothing of root's: a clean environment, no descriptors but the first three, no
# way to more rights, ten seconds (or belay_seconds), and, where the kernel lets it, nothing that stays behind. Returns 126 where it cannot be.
as_uid() {
	belay_uid=$1
	shift
	belay_name='' belay_gid='' belay_home=$HOME belay_path=$PATH
	if [ "$belay_uid" != "$my_uid" ]; then
		belay_home='' belay_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
		IFS=: read -r belay_name _ _ belay_gid _ belay_home _ <<-END
			$(if command -v getent >/dev/null; then getent passwd "$belay_uid"; else
				awk -F : -v uid="$belay_uid" '$3 == uid { print; exit }' /etc/passwd
			fi)
		END
	fi
	set -- env -i HOME="${belay_home:-/}" USER="$belay_name" LOGNAME="$belay_name" SHELL=/bin/sh LC_ALL=C PATH="$belay_path" "$@"
	[ "$belay_uid" = "$my_uid" ] || case ${belay_way:=$(ways_as_uid && echo "$belay_way")}/$belay_name in
	setpriv*/?*) set -- setpriv --no-new-privs --reuid "$belay_uid" --regid "$belay_gid" --init-groups -- "$@" ;;
	setpriv*/) set -- setpriv --no-new-privs --reuid "$belay_uid" --regid "$belay_uid" --clear-groups -- "$@" ;;
	runuser/?*) set -- runuser -u "$belay_name" -- "$@" ;;
	*)
		echo "nothing can be asked as ${belay_name:-$belay_uid}: that takes root, and setpriv or runuser"
		return 126
		;;
	esac
	if command -v timeout >/dev/null; then set -- timeout -k 1 "${belay_seconds:-10}" "$@"; fi
	# The first process of a namespace takes all others with it when it ends.
	case $belay_uid/${belay_way-} in "$my_uid"/*) ;; *,namespace) set -- unshare -f -p "$@" ;; esac
	"$@" 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
}

# at_most BYTES: of stdin, also where somebody keeps it open.
at_most() {
	if command -v timeout >/dev/null; then timeout "$((${belay_seconds:-10} + 2))" head -c "$1"; else head -c "$1"; fi
}
