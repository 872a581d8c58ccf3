# shellcheck disable=SC2154 # variables of state.sh
# belay:with state.sh processes.sh places.sh files.sh
# Begins, or takes up again, the staging of a release: copies what the host already has, says what has to travel.
# Never hard links: a write through one name would corrupt the way back.
# Fields: path release digest, which is the manifest's sha256. Stdin: the manifest's text.
# Output: `have <files>`, `copied <files>`, `missing <line of the manifest>`…; where the disk is too small,
# `full <bytes needed> <bytes available>` and exit status 28; 65: the manifest did not come whole; 66: the folder that the
# path lies in is not there; 67, and why on stderr: belay's own folder cannot be believed.
# Other local users list no release: belay's folder, releases/ and the release are 0711; what is staged is closed to them until it is placed.
set -eu
export LC_ALL=C
umask 022
fields "$1" path release digest
parent=${path%/*}
# Not made: where it is missing, the path is as likely a mistake.
[ -d "${parent:-/}" ] || exit 66
if ! state_of "$path"; then
	cat >/dev/null
	echo "$state_why" >&2
	exit 67
fi
make_state || {
	cat >/dev/null
	exit 1
}
record=$own/releases/$release
(umask 077 && mkdir -p -- "$record")
# An earlier attempt may still run after its connection broke: each has lists of its own.
temp=$(mktemp -d "$record/staging.XXXXXX")
trap 'rm -rf "$temp"' EXIT
trap 'exit 143' HUP INT TERM PIPE
cat >"$temp/manifest"
if [ "$(sha256sum <"$temp/manifest")" != "$digest  -" ]; then
	echo 'the manifest did not arrive whole' >&2
	exit 65
fi

# others_write FOLDER: a folder in it, or itself, in which somebody else may change names; nothing where there is none.
others_write() {
	find "$1" -type d \( ! -user "$(id -u)" -o -perm -020 -o -perm -002 \) | head -n 1
}

# By ./name, as the folder that the path lies in may be somebody else's. Descriptor 3 holds the tree.
make_here() {
	[ -d "./$1" ] || mkdir -m "$2" -- "./$1" || [ -d "./$1" ]
}
if enter "${parent:-/}"; then make_here "${path##*/}.belay" 711; fi
into_base "$path"
make_here releases 711
enter_below releases || die "$PWD/releases is no folder of belay's; look what it is"
make_here "$release" 711
enter_below "$release"
# Closed to all others until place.sh has checked it and given it to whom it is to belong to: what is copied here may be
# another file than was meant. One that was given away already is made anew.
fresh=
if [ ! -d ./tree ] || [ -L ./tree ] || [ -n "$(others_write ./tree)" ]; then
	fresh=yes
	rm -rf -- ./tree
fi
make_here tree 700
enter_below tree || die "$PWD/tree is no folder of belay's; look what it is"
chmod 700 .
command exec 3<.
tree=/proc/self/fd/3

# Regular files of the manifest: `<line> <size> <sha256> ./<path>`.
awk '$1 != "link" { print FNR " " $2 " " $3 " ./" substr($0, length($1) + length($2) + 68) }' "$temp/manifest" >"$temp/wanted"
mv -- "$temp/manifest" "$record/manifest.part"

# alike FOLDER WANTED: prints the names of those lines of WANTED whose file in FOLDER is a file of that size.
alike() (
	cd -- "$1"
	cut -d ' ' -f 4- "$2" | tr '\n' '\0' | { xargs -0 -r stat -c '%f %s %n' -- 2>/dev/null || :; } |
		awk '
			section == "wanted" { size[substr($0, length($1) + length($2) + 68)] = $2; next }
			{ name = substr($0, length($1) + length($2) + 3); if ($1 ~ /^8...$/ && size[name] == $2) print name }
		' section=wanted "$2" section=found -
)

# same FOLDER WANTED: prints those lines of WANTED whose file in FOLDER has the size and the content.
same() (
	cd -- "$1"
	alike . "$2" | digests "$temp/sum" | awk '
		section == "sums" { sum[substr($0, 67)] = substr($0, 1, 64); next }
		sum[substr($0, length($1) + length($2) + 68)] == $3
	' section=sums - section=wanted "$2"
)

# less ALL SOME: prints the lines of ALL that SOME lacks.
less() {
	awk 'section == "some" { there[$0] = 1; next } !($0 in there)' section=some "$2" section=all "$1"
}

# vouched NAMES WANTED: prints those lines of WANTED, of the files in NAMES, whose content the live release's own record
# vouches for: their digest is the one that was checked there, and the file is to the nanosecond as it was then.
vouched() (
	# Whoever may rename a folder there can have had another one copied in its place.
	[ -z "$(others_write "$base")" ] || return 0
	record_of "$base"
	[ -n "$record" ] && [ -f "$record/manifest" ] && [ -f "$record/placed" ] || return 0
	cd -- "$base"
	states_here | awk '
		section == "placed" { placed[$0] = 1; next }
		section == "found" { if ($0 in placed) whole["./" substr($0, length($1) + length($2) + length($3) + length($4) + 5)] = 1; next }
		section == "manifest" { digest["./" substr($0, length($1) + length($2) + 68)] = $3; next }
		section == "names" { name[$0] = 1; next }
		{ path = substr($0, length($1) + length($2) + 68) }
		path in name && path in whole && digest[path] == $3
	' section=placed "$record/placed" section=found - section=manifest "$record/manifest" section=names "$1" section=wanted "$2"
)

available() {
	df -Pk -- "$tree/" | awk 'NR > 1 { printf "%.0f", $(NF - 2) * 1024 }'
}

: >"$temp/have"
[ -n "$fresh" ] || same "$tree" "$temp/wanted" >"$temp/have"
less "$temp/wanted" "$temp/have" >"$temp/lacking"

# A file takes whole blocks of 4 KiB.
needed=$(awk '{ bytes += int(($2 + 4095) / 4096) * 4096 } END { printf "%.0f", bytes }' "$temp/lacking")
if [ "$needed" -gt "$(available)" ]; then
	echo "full $needed $(available)"
	exit 28
fi

: >"$temp/copied"
if [ -s "$temp/lacking" ] && [ -d "$path" ]; then
	base=$(readlink -f -- "$path")
	# Copied first, looked at then: what the live app writes to meanwhile is found out.
	alike "$base" "$temp/lacking" >"$temp/alike"
	# busybox's cp keeps times only together with owner and mode.
	times=
	if cp --preserve=timestamps --help >/dev/null 2>&1; then times=--preserve=timestamps; fi
	(
		cd -- "$base"
		# The folders first: of two cp that make the same one, one fails.
		sed 's|/[^/]*$||' "$temp/alike" | sort -u | tr '\n' '\0' | (cd -- "$tree" && xargs -0 -r mkdir -p --) || :
		tr '\n' '\0' <"$temp/alike" | xargs -0 -r -n 200 -P "$(processors)" \
			cp --parents -P --reflink=auto $times -t "$tree" -- || :
	) 2>"$temp/errors"
	if grep -q 'No space left on device' "$temp/errors"; then
		echo "full $needed $(available)"
		exit 28
	fi
	# Looked at after the copying: nobody wrote meanwhile. Where that does not settle it, the copies are read.
	: >"$temp/vouched"
	[ -s "$temp/errors" ] || vouched "$temp/alike" "$temp/lacking" >"$temp/vouched"
	less "$temp/lacking" "$temp/vouched" >"$temp/doubtful"
	same "$tree" "$temp/doubtful" | cat "$temp/vouched" - >"$temp/copied"
fi
cat "$temp/have" "$temp/copied" | whole "$record/checked" 600

echo "have $(wc -l <"$temp/have")"
echo "copied $(wc -l <"$temp/copied")"
less "$temp/lacking" "$temp/copied" | sed 's/ .*//; s/^/missing /'
