# belay:with state.sh files.sh places.sh trust.sh read-as.sh
# shellcheck shell=sh disable=SC2094,SC2154 # what is read and written is apart; my_uid of root-path.sh
# Compares a new release's manifest with what is live; leaves nothing behind.
# Fields: path; covers, lines `shared <path>`, `discarded <path>` and `carried <path>`. Stdin: the manifest's text.
# Output, one record a line, read by src/host/staging/compare-with-live.ts. Within names a newline stands as \001.
set -eu
export LC_ALL=C
fields "$1" path covers
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
trap 'exit 143' HUP INT TERM PIPE
cat >"$temp/new"
printf '%s\n' "$covers" >"$temp/covers"

# What cannot be reached looks as if it were not there.
near=$path
while [ ! -e "$near" ] && [ "$near" != / ]; do near=$(dirname -- "$near"); done
if [ ! -x "$near" ]; then echo "unreadable $near: Permission denied"; fi
if [ ! -x "$near" ] || [ "$near" != "$path" ]; then
	echo 'base none'
	exit 0
fi
base=$(readlink -f -- "$path")
state_of "$path" || :
BELAY_FOLDER=$(readlink -f -- "$path.belay" || printf '%s' "$path.belay")
export BELAY_FOLDER
cd -- "$base"
printf 'base %s\n' "$base"

# What belay itself put there, and until when: a build's products are no data of the host's.
: >"$temp/old"
: >"$temp/placed"
: >"$temp/carried"
built=0
known() {
	[ -f ./manifest ] || return 0
	printf 'previous %s\n' "${record##*/}"
	cat ./manifest >"$temp/old"
	# A file that is to the nanosecond as it was when its digest was checked need not be read again.
	[ ! -f ./placed ] || cat ./placed >"$temp/placed"
	# What it was given of the release before.
	[ ! -f ./carried ] || cat ./carried >"$temp/carried"
}
known_earlier() {
	cd -- "./releases/$1" || return
	known
	[ ! -e ./built ] || stat -c %.9Y ./built >"$temp/built"
}
record_of "$base"
if [ -n "$record" ] && [ -z "$state_fault" ]; then
	if [ -d "$record" ]; then
		(cd -- "$record" && known)
		[ ! -e "$record/built" ] || built=$(stat -c %.9Y "$record/built")
	else
		# Of an earlier belay, which kept it beside the tree.
		in_earlier known_earlier "${record##*/}" || :
		if [ -s "$temp/built" ]; then read -r built <"$temp/built"; fi
	fi
fi

# Without a manifest, everything in the folders of assets is the old version's own.
if [ -s "$temp/old" ]; then
	grep -v '^carried ' "$temp/covers" >"$temp/fewer" || :
	mv -- "$temp/fewer" "$temp/covers"
fi

# A venv at most four levels down is known by its pyvenv.cfg.
find . -xdev -mindepth 2 -maxdepth 5 -name pyvenv.cfg -type f -print0 2>/dev/null |
	tr '\n\0' '\001\n' | sed 's|/pyvenv\.cfg$||; s|^\./|dependencies |' >>"$temp/covers"

tree_here 2>"$temp/errors" >"$temp/tree"
# What went away between reading a folder and looking at it is no lack of rights.
grep 'Permission denied' "$temp/errors" | head -n 5 | sed 's/^/unreadable /' || :

# Reads manifests: sets mode, size, digest, name, target.
# shellcheck disable=SC2016
entry='function entry(line, at) {
	at = index(line, " "); mode = substr(line, 1, at - 1); line = substr(line, at + 1)
	at = index(line, " "); size = substr(line, 1, at - 1); line = substr(line, at + 1)
	digest = substr(line, 1, 64); name = substr(line, 66); target = ""
	if (mode == "link") { at = index(name, "\t"); target = substr(name, at + 1); name = substr(name, 1, at - 1) }
}'

# Sizes, modes, links and what is only there: says all but the files whose content has to be looked at; writes those to
# the file `look`, each with n, o or b in front: whether the new manifest, the old or both have it.
# shellcheck disable=SC2016
awk -v device="$(stat -c %d .)" -v built="$built" -v look="$temp/look" "$entry"'
function folders(of) {
	while (match(of, /\/[^\/]*$/)) { of = substr(of, 1, RSTART - 1); if (of in known) return; known[of] = 1 }
}
function belays(link) {
	return index(link, ENVIRON["BELAY_FOLDER"] "/shared/") == 1 || index(link, ENVIRON["BELAY_FOLDER"] "/deps/") == 1 ||
		link ~ /^(\.\.\/)+(shared|deps)\//
}
# An empty folder that the new release will lack, in a folder that it has.
function missed(name, parent) {
	if (name in known || name in cover) return 0
	parent = name
	return !sub(/\/[^\/]*$/, "", parent) || parent in known
}
# Whether a file has what of its mode the manifest says: that it can be executed, and that others cannot read it. Its other
# bits are the host`s.
function like(mode, bits) {
	return mode != "link" && (mode ~ /^7/) == int(bits / 100) % 2 && !(mode ~ /00$/ && bits % 10 >= 4)
}
function below_link(path, at, from) {
	for (from = 1; (at = index(substr(path, from), "/")) > 0; from += at)
		if (substr(path, 1, from + at - 2) in linked) return 1
	return path in linked
}
function note(group, fate, bytes, when, is_built) {
	if (fate == "uncovered" && is_built) return
	if (!(group in fates)) {
		# A plan lists 200; a thousand are enough to begin with those that nothing covers.
		if (++groups > 1000) return
		fates[group] = fate; bytes_of[group] = 0; newest[group] = 0
	}
	bytes_of[group] += bytes
	if (when > newest[group]) newest[group] = when
}
# A file, or with is_folder a mount, that only the host has: told by the outermost folder that is wholly the host`s.
function only(path, bytes, when, is_built, is_folder, at, from, folder, base) {
	for (from = 1; (at = index(substr(path, from), "/")) > 0; from += at) {
		folder = substr(path, 1, from + at - 2)
		base = substr(path, from, at - 1)
		if (folder in cover) return note(folder "/", cover[folder], bytes, when, is_built)
		if (base == "node_modules") return note(folder "/", "dependencies", bytes, when, is_built)
		if (!(folder in known)) return note(folder "/", "uncovered", bytes, when, is_built)
	}
	note(path (is_folder ? "/" : ""), path in cover ? cover[path] : "uncovered", bytes, when, is_built)
}
section == "covers" {
	at = index($0, " ")
	if (at > 0 && !((name = substr($0, at + 1)) in cover)) { cover[name] = substr($0, 1, at - 1); folders(name) }
	next
}
section == "new" {
	entry($0); line_of[name] = FNR; new_mode[name] = mode; new_size[name] = size; new_target[name] = target
	new_digest[name] = digest
	folders(name); next
}
section == "old" {
	entry($0); old_mode[name] = mode; old_size[name] = size; old_target[name] = target; folders(name)
	old_digest[name] = digest; next
}
section == "carried" { carried[$0] = 1; next }
section == "placed" { placed[substr($0, length($1) + length($2) + length($3) + length($4) + 5)] = $1 " " $2 " " $3 " " $4; next }
{
	kind = $1; bits = $2; bytes = $3; is_built = $4 + 0 <= built + 0; modified = int($5)
	name = substr($0, length($1) + length($2) + length($3) + length($4) + length($5) + length($6) + length($7) + 8)
	if (kind == "d" || kind == "e") {
		sub(/\t$/, "", name)
		if ($6 != device) only(name, 0, modified, 0, 1)
		else if (kind == "e" && !is_built && missed(name)) empty[++empties] = name
		next
	}
	if (kind != "f" && kind != "l") next
	at = kind == "l" ? index(name, "\t") : length(name)
	target = substr(name, at + 1); name = substr(name, 1, at - 1)
	if (kind == "l" && belays(target)) {
		linked[name] = 1
		# Or the next release would do without.
		if (target ~ /\/deps\//) note(name "/", "dependencies", 0, modified, 0)
		next
	}
	is_new = name in line_of; is_old = name in old_size
	if (!is_new && !is_old && name in carried) next
	if (!is_new && !is_old) { only(name, bytes, modified, is_built, 0); next }
	seen[name] = 1
	if (is_old && !is_new && ++removed <= 200) print "removed " bytes " " name
	if (kind == "l") {
		if (is_new && new_target[name] != target) print "changed " line_of[name]
		if (is_old && old_target[name] != target) drift[++drifts] = "changed " name
		next
	}
	flag = ""
	untouched = is_old && placed[name] == $7 " " bytes " " $4 " " $5
	if (untouched && (!is_new || new_size[name] != bytes || new_digest[name] == old_digest[name])) {
		if (!is_new || new_size[name] == bytes && new_mode[name] == old_mode[name]) next
	}
	if (is_new) {
		if (new_size[name] == bytes && like(new_mode[name], bits)) flag = "n"
		else {
			print "changed " line_of[name]
			# Same size, another mode: the content need not travel if it is the same.
			if (new_size[name] == bytes && new_mode[name] != "link") flag = "m"
		}
	}
	if (is_old && !untouched) {
		if (old_size[name] == bytes && old_mode[name] != "link") flag = flag "o"
		else drift[++drifts] = "changed " name
	}
	if (flag != "") print flag " ./" name > look
}
END {
	for (name in line_of) if (!(name in seen) && !below_link(name)) print "missing " line_of[name]
	for (name in old_size) if (!(name in seen) && !below_link(name)) drift[++drifts] = "gone " name
	for (i = 1; i <= drifts && i <= 50; i++) print "drift " drift[i]
	for (i = 1; i <= empties && i <= 20; i++) print "empty " empty[i]
	for (name in fates) print "only " fates[name] " " bytes_of[name] " " newest[name] " " name
	print "count removed " removed + 0
	print "count drift " drifts + 0
}' section=covers "$temp/covers" section=new "$temp/new" section=old "$temp/old" section=placed "$temp/placed" section=carried "$temp/carried" \
	section=tree "$temp/tree"

[ -e "$temp/look" ] || exit 0
# Records of the lines in order: `<flag> ./<name>`; a file that cannot be read has no sum and counts as changed.
sed 's/^[mno]* //' "$temp/look" >"$temp/names"
if [ "$my_uid" = 0 ]; then
	readers "$base" "$temp/names" "$temp/folders" >"$temp/readers"
	cut -f 1 "$temp/readers" | sort -u | while read -r kind id; do
		WHO=$kind${id:+ $id} awk -F '\t' '$1 == ENVIRON["WHO"] { print substr($0, length($1) + 2) }' "$temp/readers" >"$temp/theirs"
		digests_as "$kind" "$id" "$temp/sum" <"$temp/theirs" 2>/dev/null | head -c 268435456 |
			awk 'FILENAME != "-" { asked[$0] = 1; next } substr($0, 67) in asked' "$temp/theirs" - >"$temp/told" || :
		cat "$temp/told" >>"$temp/sums"
		# Not as root instead.
		[ "$kind" = root ] || awk 'FILENAME == told { told_of[substr($0, 67)] = 1; next } !($0 in told_of)' told="$temp/told" "$temp/told" "$temp/theirs" |
			while IFS= read -r name; do
				if [ -f "$name" ] && [ ! -L "$name" ]; then echo "unreadable $base/${name#./}: not by $kind $id, who could put another in its place"; fi
			done | head -n 5
	done
else
	digests "$temp/sum" <"$temp/names" >"$temp/sums"
fi
# shellcheck disable=SC2016
awk "$entry"'
section == "new" { entry($0); line_of[name] = FNR; new[name] = digest; next }
section == "old" { entry($0); old[name] = digest; next }
section == "sums" { sum[substr($0, 69)] = substr($0, 1, 64); next }
{
	at = index($0, " "); flag = substr($0, 1, at - 1); name = substr($0, at + 3)
	if (flag ~ /n/ && sum[name] != new[name]) print "changed " line_of[name]
	if (flag ~ /m/ && sum[name] == new[name]) print "mode " line_of[name]
	if (flag ~ /o/ && sum[name] != old[name] && ++drifts <= 50) print "drift changed " name
}
END { print "count drift " drifts + 0 }' section=new "$temp/new" section=old "$temp/old" section=sums "$temp/sums" section=look "$temp/look"
