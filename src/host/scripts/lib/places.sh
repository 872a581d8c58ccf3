# shellcheck shell=sh disable=SC2034 # what the functions set is for the scripts behind this one
# How root works where somebody else may write. A name can come to mean another thing between a look and an act, so root
# steps into the folder, sees where it is, and acts there by ./name, with what follows no link: mkdir, ln -s, rm, mv -T.
# What reads, writes or changes modes does so as whom the folder belongs to.

# straight PATH: sets way to PATH without its links. Fails where a link lies in a folder in which somebody else than root or
# whom belay acts as may put one.
straight() {
	way=$1
	case $1/ in */../* | */./* | *//*) way=$(squeezed "$1") ;; esac
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
			print (others || sticky && theirs() ? "planted" : substr($0, length($1 $2 $3) + 4))
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
roots_own() (
	straight "$1" || return 1
	[ -z "$(each_folder "$way" | xargs -0 stat -c '%u %a' 2>&1 | ME=$(id -u) awk "$belay_others"'open_to_others() { print "no"; exit }')" ]
)

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
# above can put another in its place at any time. Descriptor 4 holds it, 5 the folder above: see base_again and above.
into_base() {
	belay_parent=${1%/*}
	enter "${belay_parent:-/}" || die "$belay_parent, in which ${1##*/} lies, is reached over a link that others than root can replace, so nothing is done there. Give the real folder as 'path' in belay.yml: $(readlink -f -- "$belay_parent" || :)/${1##*/}"
	command exec 5<.
	enter_below "${1##*/}.belay" || die "$1.belay is no folder: expected belay's own; look what it is (ls -ld $1.belay)"
	command exec 4<.
	above=/proc/self/fd/5/${1##*/}
	case $(stat -c '%u/%a' .) in
	*[2367]? | *[2367]) ;;
	"$(id -u)"/*) return 0 ;;
	esac
	die "$1.belay is not belay's alone: expected a folder of $(id -un)'s that nobody else may write to, it is $(stat -c '%U:%G, mode %a' .). If it is the one that belay made, type: chown $(id -un): $1.belay && chmod 711 $1.belay"
}

# base_again: back into the very folder that into_base found.
base_again() {
	cd -P /proc/self/fd/4 || exit
}

# enter_above NAME: from here into the folder that NAME lies in; sets last to NAME's last part. With `make`, folders that
# are missing are made, with the rights of the one around.
enter_above() {
	last=$1
	while :; do
		case $last in */*) ;; *) return 0 ;; esac
		belay_part=${last%%/*}
		last=${last#*/}
		if [ -n "${2-}" ] && [ ! -e "./$belay_part" ] && [ ! -L "./$belay_part" ]; then
			as_owner mkdir -m "$(stat -c %a .)" -- "./$belay_part" || return 1
		fi
		enter_below "$belay_part" || return 1
	done
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

# fits_reading: whether what the folder here's owner would read by ./name is nobody else's doing.
fits_reading() {
	[ "$(stat -c %u .)" -ne 0 ] || [ "$(id -u)" -ne 0 ] || roots_own "$PWD"
}

# take_back NAME: all of a folder here becomes root's, though who it belonged to may still stand in it. GNU's chown goes
# from folder to folder without names; busybox's does not.
take_back() (
	[ "$(id -u)" -eq 0 ] || return 0
	enter_below "$1" || die "$PWD/$1 is no folder"
	belay_mode=$(stat -c %a .)
	chown 0:0 . && chmod 700 .
	belay_tries=0
	until if chown --version >/dev/null 2>&1; then chown -Rh 0:0 .; else take_each; fi &&
		[ -z "$(find . ! -user 0 | head -n 1)" ]; do
		belay_tries=$((belay_tries + 1))
		[ "$belay_tries" -lt 10 ] || die "something goes on writing in $PWD: $(find . ! -user 0 | head -n 3 | tr '\n' ' '); end what the build left running, then deploy again"
	done
	chmod "$belay_mode" .
)

# take_each: what is in the folder here, which is root's already, so that no name in it can come to mean another thing.
take_each() {
	for belay_entry in ./* ./.[!.]* ./..?*; do
		if [ -d "$belay_entry" ] && [ ! -L "$belay_entry" ]; then
			(enter_below "${belay_entry#./}" && chown 0:0 . && chmod go-w . && take_each) || return 1
		elif [ -e "$belay_entry" ] || [ -L "$belay_entry" ]; then
			chown -h 0:0 -- "$belay_entry" || return 1
		fi
	done
}

# hand_over NAME OWNER: all of a folder here that is root's alone. What is in a folder comes before the folder itself: until
# then nobody else can change a name in it.
hand_over() (
	[ "$(id -u)" -eq 0 ] || return 0
	enter_below "$1" || die "$PWD/$1 is no folder"
	belay_mode=$(stat -c %a .)
	chmod 700 .
	find . -depth -exec chown -h "$2" {} +
	chmod "$belay_mode" .
)
