# shellcheck shell=sh disable=SC2034 # what is set here is for the scripts behind this one
# Behind common.sh, in front of every script: as whom it runs, and where it finds programs.

newline='
'

# nobody_in GID MODE: whether that group has no member who could act, as Debian's staff, which may write to /usr/local. A mode
# with a plus has an access list besides, which is another matter.
nobody_in() {
	case $2 in *+) return 1 ;; esac
	[ -z "$({ getent group "$1" 2>/dev/null || grep "^[^:]*:[^:]*:$1:" /etc/group; } |
		ME=$my_uid awk -F : -v gid="$1" '
			!second { n = split($4, member, ","); for (i = 1; i <= n; i++) named[member[i]] = 1; next }
			$3 != 0 && $3 != ENVIRON["ME"] && ($4 == gid || $1 in named) { print $1 }
			{ delete named[$1] }
			END { for (one in named) if (one != "root") print one }' - second=1 /etc/passwd)" ]
}

# own_folders FOLDER…: into own, separated by colons, those that root alone can change, where they really lie; into strange
# `<uid> <mode> <folder>`, one a line, what keeps the others from being so. One fork, as a script's start should be quick.
own_folders() {
	own='' strange='' belay_all='' belay_ways='' belay_was=$PWD
	for belay_one; do
		case $belay_one in /*) ;; *) continue ;; esac
		CDPATH='' cd -P -- "$belay_one" 2>/dev/null || continue
		case $belay_all: in *":$PWD:"*) ;; *) belay_all=$belay_all:$PWD ;; esac
	done
	cd -- "$belay_was" 2>/dev/null || cd /
	IFS=:
	set -f
	# shellcheck disable=SC2086 # parted at the colons
	set -- $belay_all
	for belay_one; do
		while [ -n "$belay_one" ]; do
			case $belay_ways: in *":$belay_one:"*) break ;; esac
			belay_ways=$belay_ways:$belay_one
			belay_one=${belay_one%/*}
		done
	done
	# shellcheck disable=SC2086
	belay_listed=$(ls -lnd / ${belay_ways#:} 2>/dev/null)
	set +f
	unset IFS
	while read -r belay_mode _ belay_uid belay_gid belay_one; do
		belay_one=/${belay_one#*/}
		case $belay_uid/$belay_mode in
		0/d????-??-*) continue ;;
		0/d????w??-*) ! nobody_in "$belay_gid" "$belay_mode" || continue ;;
		# What lies there is safe, because its entries can be replaced by their owners alone; the folder itself is not.
		0/d???????w[tT]*) case $belay_all: in *":$belay_one:"*) ;; *) continue ;; esac ;;
		esac
		strange="$strange$belay_uid $belay_mode $belay_one$newline"
	done <<-END
		$belay_listed
	END
	for belay_one; do
		[ -n "$belay_one" ] || continue
		belay_way=$belay_one
		while :; do
			case $strange in *" ${belay_way:-/}$newline"*) continue 2 ;; esac
			[ -n "$belay_way" ] || break
			belay_way=${belay_way%/*}
		done
		own=$own${own:+:}$belay_one
	done
}

# safe_path: root runs nothing that somebody else could have put there.
safe_path() {
	belay_given=$PATH
	# NixOS has its tools elsewhere.
	PATH=/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin
	set -f
	IFS=:
	# shellcheck disable=SC2086
	set -- $belay_given
	unset IFS
	set +f
	own_folders "$@"
	PATH=$own
}

# my_uid: whom this runs as.
my_uid=
while read -r belay_key belay_uid _; do
	if [ "$belay_key" = Uid: ]; then my_uid=$belay_uid; fi
done </proc/self/status

# A login over SSH that is not root's often lacks the folders where nginx, service managers and the like live.
PATH="${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
strange=
if [ "$my_uid" = 0 ]; then
	safe_path
	# Nor what reads settings from somebody else's home.
	HOME=~root
	export HOME
fi
export PATH
