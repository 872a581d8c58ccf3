# shellcheck shell=sh disable=SC2154 # backup of kept.sh, last of places.sh
# What is shared: moved from the old version's tree to BASE/shared, and back. Both may be places of the app's user, so nothing
# is reached over a link there, and what moves is moved from one folder that is held to another. Needs places.sh, links.sh
# and kept.sh; after into_base.

# move_to_shared TREE NAME: from the old version's tree, which lies below here; written down in the backup first, so that the
# undo knows of a move that was cut off before its link.
move_to_shared() (
	lives_elsewhere=
	rights=
	enter_below "$1" || die "$PWD/$1 is no folder"
	if walk_down "$2"; then
		[ -e "./$last" ] || [ -L "./$last" ] || return 0
		[ ! -L "./$last" ] || lives_elsewhere=1
	elif [ -n "$over_link" ]; then
		lives_elsewhere=1
	else
		return 0
	fi
	command exec 6<.
	base_again
	target=$(noted_link "$2" 3)
	if [ -z "$target" ]; then
		target=$(readlink -f -- "./$1/$2") || target=
		if [ -n "$lives_elsewhere" ] && [ ! -e "$target" ]; then return 0; fi
	fi
	[ -d ./shared ] || mkdir -m 711 -- ./shared
	if ! enter_below shared || ! shared_above "$2"; then
		die "$2 cannot be shared: $PWD/${2%%/*} is expected to be a folder; look who made it something else"
	fi
	if [ -e "./$last" ] || [ -L "./$last" ]; then return 0; fi
	if [ -n "$lives_elsewhere" ]; then
		# It stays there.
		as_owner ln -s -- "$target" "./$last"
		return 0
	fi
	printf '%s\n' "$2" >>"$backup/shared-moved"
	if [ ! -d "/proc/self/fd/6/$last" ]; then
		same_rights "$2"
		move_companions /proc/self/fd/6 .
	fi
	mv -T -- "/proc/self/fd/6/$last" "./$last"
)

# noted_link NAME FIELD: of a link that led elsewhere before the folder was adopted: 2 what stood in it, 3 where it led.
noted_link() {
	[ -s "$backup/links" ] || return 0
	NAME=$1 awk -F '\t' -v field="$2" '$1 == ENVIRON["NAME"] { print $field; exit }' "$backup/links"
}

# walk_down NAME: from here into the folder that NAME lies in, noting each folder's rights. Sets over_link where a link is in
# the way.
walk_down() {
	last=$1 over_link=
	rights=$(stat -c '%u:%g %a' .)
	while :; do
		case $last in */*) ;; *) return 0 ;; esac
		[ ! -L "./${last%%/*}" ] || over_link=1
		enter_below "${last%%/*}" || return 1
		last=${last#*/}
		rights="$rights
$(stat -c '%u:%g %a' .)"
	done
}

# shared_above NAME: from BASE/shared into the folder for NAME; a folder that is made has the rights of the one in the tree.
shared_above() {
	last=$1
	left=$rights
	while :; do
		case $last in */*) ;; *) return 0 ;; esac
		part=${last%%/*}
		last=${last#*/}
		next_rights
		if [ ! -e "./$part" ] && [ ! -L "./$part" ]; then
			# Made where only root can write, as its owner may not be whose folder this is.
			rm -rf -- "/proc/self/fd/4/made.tmp"
			mkdir -m 700 -- /proc/self/fd/4/made.tmp
			set_rights /proc/self/fd/4/made.tmp "$right"
			mv -T -- /proc/self/fd/4/made.tmp "./$part"
		fi
		enter_below "$part" || return 1
	done
}

# next_rights: sets right to those of the next folder further down.
next_rights() {
	left=${left#*
}
	right=${left%%
*}
}

# set_rights FOLDER RIGHTS: in a folder in which only root can change names, or `.`.
set_rights() {
	[ "$(id -u)" -ne 0 ] || chown -- "${2% *}" "$1"
	chmod -- "${2#* }" "$1"
}

# same_rights NAME: who could make a file beside a shared file, as SQLite makes its journal, still can. How the folder was
# before is kept for the way back.
same_rights() {
	right=$(printf '%s\n' "$rights" | tail -n 1)
	before=$(stat -c '%u:%g %a' .)
	more=$(more_rights /proc/self/fd/6)
	if [ "$before" = "$right" ] && [ "$more" = "$(more_rights .)" ]; then return 0; fi
	if ! grep -qsF -e " $PWD" "$backup/shared-rights"; then
		printf '%s %s\n' "$before" "$PWD" >>"$backup/shared-rights"
		# As the way back needs it: setfacl --restore.
		(cd -- "$PWD" && getfacl -p -n -- "$PWD" 2>/dev/null) >>"$backup/shared-acls" || :
	fi
	set_rights . "$right"
	if [ -n "$more" ]; then
		printf '%s\n' "$more" | setfacl --set-file=- -- . ||
			die "the rights of the folder that $1 lies in cannot be given to $PWD: see whether its file system has ACLs"
	elif [ -n "$(more_rights .)" ]; then
		setfacl -b -- .
	fi
}

# more_rights FOLDER: the ACL, where it says more than a mode can.
more_rights() {
	command -v getfacl >/dev/null && command -v setfacl >/dev/null || return 0
	getfacl -s -c -p -n -- "$1/." 2>/dev/null || :
}

# move_companions FROM TO: what SQLite keeps beside the file, and without which it is not whole.
move_companions() {
	for companion in "$last-wal" "$last-shm" "$last-journal"; do
		if [ -f "$1/$companion" ] && [ ! -L "$1/$companion" ] && [ ! -e "$2/$companion" ]; then
			mv -T -- "$1/$companion" "$2/$companion"
		fi
	done
}

# link_to_shared TREE NAME TARGET: where the old version has it no more.
link_to_shared() (
	if ! enter_below "$1" || ! enter_above "$2"; then return 0; fi
	if [ -e "./$last" ]; then return 0; fi
	if grep -qxF -e "$2" "$backup/shared-moved" 2>/dev/null || { [ -L "./$last" ] && [ -n "$(noted_link "$2" 2)" ]; }; then
		as_owner ln -sfn -- "$3" "./$last"
	fi
)

# link_back TREE NAME LINK: what stood in it before link_to_shared.
link_back() (
	if ! enter_below "$1" || ! enter_above "$2" || [ ! -L "./$last" ]; then return 0; fi
	[ "$(readlink -- "./$last")" = "$3" ] || as_owner ln -sfn -- "$3" "./$last"
)

# move_back TREE NAME: into the old version's tree, which is to be as it was found.
move_back() (
	if ! enter_below "$1" || ! enter_above "$2"; then
		# Who did that can have the old version without it: it is no reason to leave the new one in its place.
		echo "$2 stays in $(base_again && pwd)/shared: expected the folder that it came from to be where it was; put it back by hand"
		return 0
	fi
	command exec 6<.
	base_again
	if ! enter_below shared || ! enter_above "$2"; then return 0; fi
	if [ ! -d "./$last" ]; then move_companions . /proc/self/fd/6; fi
	if [ -e "./$last" ]; then
		if [ -L "/proc/self/fd/6/$last" ]; then rm -f -- "/proc/self/fd/6/$last"; fi
		if [ ! -e "/proc/self/fd/6/$last" ]; then mv -T -- "./$last" "/proc/self/fd/6/$last"; fi
	fi
	base_again
	case $2 in */*) rmdir -p -- "shared/${2%/*}" 2>/dev/null || : ;; *) rmdir shared 2>/dev/null || : ;; esac
)

# rights_back: of the folders that same_rights changed.
rights_back() {
	[ -f "$backup/shared-rights" ] || return 0
	while read -r owner mode folder; do
		(
			case $folder in "$PWD"/shared) part=shared ;; "$PWD"/shared/*) part=${folder#"$PWD"/} ;; *) exit 0 ;; esac
			if ! enter_above "$part" || ! enter_below "$last"; then exit 0; fi
			set_rights . "$owner $mode"
			if [ -n "$(more_rights .)" ]; then setfacl -b -- . 2>/dev/null || :; fi
			# What it had before, without the name by which it was told.
			if [ -s "$backup/shared-acls" ]; then
				FOLDER="# file: $folder" awk '/^# file: / { keep = $0 == ENVIRON["FOLDER"] } keep && !/^#/' "$backup/shared-acls" |
					setfacl --set-file=- -- . 2>/dev/null || :
			fi
		)
	done <"$backup/shared-rights"
}
