# shellcheck shell=sh disable=SC2034,SC2154 # what is set here is read by facts.sh and facts-keepers.sh
# A part of inspect.sh and survey.sh: which daemons there are that belay would ask, and which of those that say so it
# believes. Needs trust.sh.

# look_around: sets masters, supervisors and pm2_daemons, each a list of /proc/PID that belay believes what they say (of pm2
# with the uid behind it); doubts, `<what> <pid> <uid> <why>` one a line, of the others. Of whom belay does not run as only
# pm2 is asked, as that user; of each user three daemons at most, so that nobody can keep belay busy. workers: the pids of
# what says that it is a worker of nginx's, whoever it is.
look_around() {
	masters='' supervisors='' pm2_daemons='' doubts='' claims='' workers=''
	while IFS=: read -r file said; do
		# In a container it is another root.
		# shellcheck disable=SC3013 # every shell that is /bin/sh somewhere has -ef
		case $file:$said in
		*/cmdline:supervisord) ;;
		*:'nginx: worker'*)
			file=${file%/*}
			workers=$workers${file#/proc/}$newline
			;;
		/*) [ "${file%/*}/root/" -ef / ] && claims="$claims${file%/*} $said$newline" ;;
		esac
	done <<-END
		$(printf '%s\0' /proc/[0-9]*/cmdline /proc/[0-9]*/comm |
		xargs -0 grep -aoHE '^(nginx: (master|worker) process|PM2 v[^ ]*: God Daemon |supervisord$)' 2>/dev/null)
	END
	[ -n "$claims" ] || return 0
	while read -r verdict what folder; do
		case $verdict/$what in
		believe/nginx) masters="$masters$folder$newline" ;;
		believe/supervisord) supervisors="$supervisors$folder$newline" ;;
		believe/pm2) pm2_daemons="$pm2_daemons$folder$newline" ;;
		doubt/*) doubts="$doubts$what $folder$newline" ;;
		esac
	done <<-END
		$(printf '%s' "$claims" | ME=$my_uid awk "$verdicts")
	END
}

# Of lines `/proc/PID <what it says>`: `believe <what> /proc/PID [<uid>]`, `doubt <what> <pid> <uid> <why>`, those with lower
# pids first: names are sorted as text, so those of one length are in order.
# shellcheck disable=SC2016 # awk's own dollar signs
verdicts='
	function real_uid(folder, line, part, uid) {
		uid = ""
		while (uid == "" && (getline line < (folder "/status")) > 0)
			if (line ~ /^Uid:/) { split(line, part, /[ \t]+/); uid = part[2] }
		close(folder "/status")
		return uid
	}
	{ what = $2 == "nginx:" ? "nginx" : $2 == "PM2" ? "pm2" : "supervisord" }
	!seen[what, $1]++ { kind[++n] = what; where[n] = $1; if (length($1) > longest) longest = length($1) }
	function judge(what, folder, uid, own, pid) {
		if ((uid = real_uid(folder)) == "") return
		own = uid == 0 || uid == ENVIRON["ME"]
		pid = substr(folder, 7)
		why = ""
		if (!own && (what != "pm2" || ENVIRON["ME"] != 0)) why = "it runs as another user than root"
		else if (++count[what, uid] > 3 || (!own && ++others > 16)) why = "there are more than are asked"
		if (why == "") print "believe", what, folder (what == "pm2" ? " " uid : "")
		else if (++doubted <= 60) print "doubt", what, pid, uid, why
	}
	END { for (size = 7; size <= longest; size++) for (i = 1; i <= n; i++) if (length(where[i]) == size) judge(kind[i], where[i]) }'

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
		if [ ! -L "$1" ]; then
			read -r mode _ whose _ <<-END
				$(ls -lnd -- "$1" 2>/dev/null)
			END
			case "$whose $mode" in
			'0 '*+) ;;
			'0 '-????-??-*) return 0 ;;
			esac
		fi
		;;
	esac
	find_strangers "$1"
	[ -z "$belay_found" ]
}

# program_of /proc/PID: sets program to where the program of a process lies that belay believes; a package that was renewed
# meanwhile has put another into its place.
program_of() {
	program=$(readlink "$1/exe" 2>/dev/null)
	program=${program% (deleted)}
}

# title_of /proc/PID: sets title to what a process says of itself, on one line and without the zeros behind it.
title_of() {
	title='' piece=''
	{ while IFS= read -r piece || [ -n "$piece" ]; do title="$title$piece " piece=''; done <"$1/cmdline"; } 2>/dev/null
	title=${title% }
}
