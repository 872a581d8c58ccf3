# shellcheck shell=sh disable=SC2034,SC2154 # what is set here is read by facts.sh and facts-keepers.sh
# A part of inspect.sh and survey.sh: which daemons there are that belay would ask, and which of those that say so it
# believes. Needs trust.sh.

# claimants: `<what> </proc/PID>` of every process that says it is one, by its title or name, numerically.
claimants() {
	printf '%s\n' "$claims" | awk '
		{ at = index($0, ":"); match($0, /^\/proc\/[0-9]+/); folder = substr($0, 1, RLENGTH); said = substr($0, at + 1) }
		said ~ /^nginx: master/ { what = "nginx" }
		said ~ /^nginx: worker/ { next }
		said ~ /^PM2/ { what = "pm2" }
		said == "supervisord" { if ($0 !~ /\/comm:/) next; what = "supervisord" }
		!seen[what, folder]++ { print what, folder }' | sort -t / -k 3n
}

# look_around: sets claims, masters, supervisors and pm2_daemons, each a list of /proc/PID that belay believes what they
# say; doubts, `<what> <pid> <uid> <why>` one a line, of the others. Of whom belay does not run as only pm2 is asked, as that
# user; of each user three daemons at most, so that nobody can keep belay busy.
look_around() {
	claims=$(printf '%s\0' /proc/[0-9]*/cmdline /proc/[0-9]*/comm |
		xargs -0 grep -aoHE '^(nginx: (master|worker) process|PM2 v[^ ]*: God Daemon |supervisord$)' 2>/dev/null)
	masters='' supervisors='' pm2_daemons='' doubts=''
	[ -n "$claims" ] || return 0
	belay_claimants=$(claimants)
	belay_facts=$({
		printf '%s\n' "$belay_claimants" | sed 's#^[^ ]* \(.*\)$#\1/root/#' | tr '\n' '\0' | xargs -0 stat -L -c '%n %d:%i' / 2>/dev/null
		printf '%s\n' "$belay_claimants" | sed 's#^[^ ]* \(.*\)$#\1/status#' | tr '\n' '\0' | xargs -0 grep -H '^Uid:' 2>/dev/null
		echo
		printf '%s\n' "$belay_claimants"
	} | ME=$my_uid awk '
		!past && $0 == "" { past = 1; next }
		!past && $1 == "/" { host = $2; next }
		!past && /\/root\/ / { root[substr($1, 1, length($1) - 6)] = $2; next }
		!past { folder = $1; sub(/\/status:.*/, "", folder); uid[folder] = $2; next }
		# In a container it is another root.
		!($2 in uid) || root[$2] != host { next }
		{
			own = uid[$2] == 0 || uid[$2] == ENVIRON["ME"]
			pid = substr($2, 7)
			if (!own && ($1 != "pm2" || ENVIRON["ME"] != 0))
				print "doubt", $1, pid, uid[$2], "it runs as another user than root"
			else if (++count[$1, uid[$2]] > 3 || (!own && ++others > 16))
				print "doubt", $1, pid, uid[$2], "there are more than are asked"
			else print "believe", $1, $2, uid[$2]
		}')
	masters=$(printf '%s\n' "$belay_facts" | sed -n 's/^believe nginx \([^ ]*\) .*/\1/p')
	supervisors=$(printf '%s\n' "$belay_facts" | sed -n 's/^believe supervisord \([^ ]*\) .*/\1/p')
	pm2_daemons=$(printf '%s\n' "$belay_facts" | sed -n 's/^believe pm2 //p')
	doubts=$(printf '%s\n' "$belay_facts" | sed -n 's/^doubt //p' | head -n 60)
}

# read_doubts: a section `doubts`: `<what> TAB <pid> TAB <why> TAB <user>`. Besides daemons the folders of PATH that are left out.
read_doubts() {
	[ -n "$doubts$strange" ] || return 0
	section doubts
	{
		printf '%s\n' "$doubts" | awk 'NF { uid = $3; what = $1; pid = $2; sub(/^[^ ]+ [^ ]+ [^ ]+ /, ""); print what "\t" pid "\t" $0 "\t " uid }'
		printf '%s' "$strange" | awk '{ path = $0; sub(/^[^ ]+ [^ ]+ /, "", path); print "PATH\t0\t" path " (" $2 ")\t " $1 }'
	} | with_names
}

# doubt WHAT PID UID WHY: told at once.
doubt() {
	section doubts
	printf '%s\t%s\t%s\t %s\n' "$1" "$2" "$4" "$3" | with_names
}

# trusted FILE: whether root may run it: on the way to it is nothing that somebody else could change.
trusted() {
	case $1 in /*) ;; *) return 1 ;; esac
	# The folders of root's PATH were looked at (root-path.sh).
	case $my_uid:$PATH: in 0:*":${1%/*}:"* | "0:${1%/*}:"*)
		# shellcheck disable=SC2012 # of one file that is there
		case $([ -L "$1" ] || ls -lnd -- "$1" 2>/dev/null | { read -r mode _ whose _ && echo "$whose $mode"; }) in
		'0 '*+) ;;
		'0 '-????-??-*) return 0 ;;
		esac
		;;
	esac
	[ -z "$(printf '%s\n' "$1" | strangers)" ]
}

# program /proc/PID: where the program of a process lies that belay believes; a package that was renewed meanwhile has put
# another into its place.
program() {
	readlink "$1/exe" 2>/dev/null | sed 's/ (deleted)$//'
}
