# shellcheck shell=sh disable=SC2154 # my_uid of root-path.sh, each_folder of places.sh
# Reading files of a tree as whom could put others in their places: root would follow a link that was put there a moment ago.
# Needs places.sh, trust.sh and files.sh.

# readers BASE NAMES FOLDERS: of the file NAMES, whose lines are names below the folder we are in, which is BASE: each after `root`, where
# nobody else can replace a folder on the way to it, after `user <uid>`, whose the first other is, or after `group <gid>`,
# where the first other is root's and others may write to it. FOLDERS: a file of its own.
readers() {
	{
		each_folder "$1"
		awk '{ while (sub(/\/[^\/]*$/, "") && $0 != "." && !seen[$0]++) print }' "$2" | tr '\n' '\0'
	} | xargs -0 stat -c '%u %g %a %n' 2>/dev/null >"$3" || :
	awk -v me="$my_uid" '
		FILENAME != names {
			name = substr($0, length($1) + length($2) + length($3) + 4)
			above_it = name ~ /^\//
			who = ""
			if ($1 != 0 && $1 != me) who = "user " $1
			# Of a sticky folder no entry of root can be replaced.
			else if ($3 ~ /[2367].?$/ && !(above_it && $3 ~ /^[1357]...$/)) who = "group " $2
			if (above_it) { if (above == "") above = who } else of[name] = who
			known[name] = 1
			next
		}
		{
			who = above
			for (at = 3; who == "" && (to = index(substr($0, at), "/")) > 0; at += to) {
				folder = substr($0, 1, at + to - 2)
				who = folder in known ? of[folder] : "group 65534"
			}
			print (who == "" ? "root" : who) "\t" $0
		}' names="$2" "$3" "$2"
}

# digests_as KIND ID TEMPORARY: as `digests`, of the names on stdin, read by that user, or by nobody with that group.
digests_as() {
	case $1 in
	root) digests "$3" ;;
	user) belay_seconds=600 as_uid "$2" sh -c "$theirs$digest_program" sh "" "$(processors)" ;;
	group)
		setpriv --no-new-privs --reuid 65534 --regid "$2" --clear-groups -- env -i LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin \
			sh -c "$theirs$digest_program" sh "" "$(processors)" 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
		;;
	esac
}

# Where that user may write.
# shellcheck disable=SC2016
theirs='
	folder=$(mktemp -d) || exit
	trap "rm -rf \"\$folder\"" EXIT
	set -- "$folder/sum" "$2"
'
