# shellcheck shell=sh disable=SC2034 # what the functions set is for the scripts behind this one
# How root works where somebody else may write. A name can come to mean another thing between a look and an act, so root
# steps into the folder, sees where it is, and acts there by ./name, with what follows no link: mkdir, ln -s, rm, mv -T.
# What reads, writes or changes modes does so as whom the folder belongs to.

# straight PATH: sets way to PATH without its links. Fails where a link lies in a folder in which somebody else than root or
# whom belay acts as may put one.
straight() {
	way=$1
	belay_hops=0
	while :; do
		belay_first=$(each_folder "$way" | xargs -0 stat -c '%u %a %f %n' 2>/dev/null | first_link)
		case $belay_first in
		none) return 0 ;;
		planted) return 1 ;;
		esac
		belay_hops=$((belay_hops + 1))
		[ "$belay_hops" -le 40 ] || return 1
		belay_target=$(readlink -- "$belay_first") || return 1
		case $belay_target in /*) ;; *) belay_target=${belay_first%/*}/$belay_target ;; esac
		way=$(squeezed "$belay_target${way#"$belay_first"}")
	done
}

# each_folder PATH: PATH and all folders above it, the uppermost first, each with a zero behind it.
each_folder() {
	belay_above=
	belay_rest=${1#/}
	printf '/\0'
	while [ -n "$belay_rest" ]; do
		belay_above=$belay_above/${belay_rest%%/*}
		printf '%s\0' "$belay_above"
		case $belay_rest in */*) belay_rest=${belay_rest#*/} ;; *) belay_rest= ;; esac
	done
}

# first_link: of lines of stat the first link, where the folders above it are root's; else `planted`, or `none`. What is
# root's in a folder with the sticky bit, such as /tmp, nobody else can replace.
first_link() {
	ME=$(id -u) awk "$belay_others"'
		$3 ~ /^a...$/ {
			found = 1
			print others || sticky && theirs() ? "planted" : substr($0, length($1 $2 $3) + 4)
			exit
		}
		open_to_others() { others = 1 }
		$2 ~ /^[1357]...$/ { sticky = 1 }
		END { if (!found) print "none" }'
}

# For lines that begin with owner and mode.
# shellcheck disable=SC2016
belay_others='
	function theirs() { return $1 !~ /^[0-9]+$/ || $1 != 0 && $1 != ENVIRON["ME"] }
	function open_to_others() { return theirs() || $2 !~ /^[1357]...$/ && $2 ~ /[2367].?$/ }
'

# squeezed PATH: without `.`, `..` and double slashes. Of links above a `..` nothing is left by then.
squeezed() {
	printf '%s\n' "$1" | awk -F / '{
		for (i = 2; i <= NF; i++) {
			if ($i == "" || $i == ".") continue
			if ($i == "..") { if (depth > 0) depth--; continue }
			part[++depth] = $i
		}
		for (i = 1; i <= depth; i++) path = path "/" part[i]
		print path == "" ? "/" : path
	}'
}

# roots_own PATH: whether PATH and everything above it is root's, or whom belay acts as, and writable for nobody else.
roots_own() {
	straight "$1" || return 1
	[ -z "$(each_folder "$way" | xargs -0 stat -c '%u %a' 2>&1 | ME=$(id -u) awk "$belay_others"'open_to_others() { print "no"; exit }')" ]
}

# enter FOLDER: steps in. Fails where the way there leads over a link that somebody else may have planted.
enter() {
	# In every shell $PWD is then where the kernel says that we are.
	cd -P -- "$1" 2>/dev/null || return 1
	[ "$PWD" != "$1" ] || return 0
	straight "$1" && cd -P -- "$way" 2>/dev/null && [ "$PWD" = "$way" ]
}

# enter_below NAME: from here further down, over no link at all.
enter_below() {
	case /$1/ in */../*) return 1 ;; esac
	belay_here=${PWD%/}
	cd -P -- "./$1" 2>/dev/null && [ "$PWD" = "$belay_here/$1" ]
}

# into_base PATH: into belay's folder beside PATH, so that what is done there is done by ./name: who may write in the folder
# above can put another in its place at any time. Descriptor 5 holds the folder above: /proc/self/fd/5/NAME.
into_base() {
	belay_name=${1##*/}
	belay_parent=${1%/*}
	enter "${belay_parent:-/}" || die "$belay_parent, in which ${1##*/} lies, is reached over a link that others than root can replace, so nothing is done there. Give the real folder as 'path' in belay.yml: $(readlink -f -- "$belay_parent" || :)/${1##*/}"
	command exec 5<.
	enter_below "$belay_name.belay" || die "$1.belay is no folder: expected belay's own; look what it is (ls -ld $1.belay)"
	case $(stat -c '%u/%a' .) in
	*[2367]? | *[2367]) ;;
	"$(id -u)"/*) return 0 ;;
	esac
	die "$1.belay is not belay's alone: expected a folder of $(id -un)'s that nobody else may write to, it is $(stat -c '%U:%G, mode %a' .). If it is the one that belay made, type: chown $(id -un): $1.belay && chmod 711 $1.belay"
}

# as_owner COMMAND…: as whom the folder we are in belongs to, with that user's groups.
as_owner() {
	belay_owner=$(stat -c %u .)
	if [ "$(id -u)" -ne 0 ] || [ "$belay_owner" -eq 0 ]; then
		"$@"
		return
	fi
	if belay_group=$(getent passwd "$belay_owner" | cut -d : -f 4) && [ -n "$belay_group" ]; then
		set -- --regid "$belay_group" --init-groups -- "$@"
	else
		set -- --regid 65534 --clear-groups -- "$@"
	fi
	# Whatever runs as a user that user can look into, down to its descriptors.
	setpriv --reuid "$belay_owner" "$@" 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
}

# remove_here NAME…: with all that is in them. busybox's rm goes by names all the way down.
remove_here() {
	for belay_gone; do
		if [ "$(id -u)" -eq 0 ] && [ -d "./$belay_gone" ] && [ ! -L "./$belay_gone" ] && ! rm --version >/dev/null 2>&1; then
			(enter_below "$belay_gone" && as_owner find . -mindepth 1 -delete 2>/dev/null) || :
		fi
		rm -rf -- "./$belay_gone"
	done
}
