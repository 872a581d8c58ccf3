# shellcheck shell=sh
# Whom the files of a staged tree belong to, and their modes: as in the live tree, so that what the app's user could write he
# can write afterwards, and who could not read still cannot. Needs places.sh.

# as_live LIVE MANIFEST USER: of everything in the folder here, which is root's alone and closed to all others (mode 700). A folder or file that LIVE has too is as there; any other belongs to whom the folder around
# it belongs to. Whether it can be executed says MANIFEST, and also what nobody else may read: that is USER's to read, through
# his group where it does not belong to him.
as_live() {
	belay_uid='' belay_gid=''
	if [ "$(id -u)" -eq 0 ] && id -u -- "$3" >/dev/null 2>&1; then belay_uid=$(id -u -- "$3") belay_gid=$(id -g -- "$3"); fi
	belay_lists=$(mktemp -d)
	{
		find . -type d -print0 | tr '\n\0' '\001\n' | sed 's/^/d /'
		find . ! -type d -print0 | tr '\n\0' '\001\n' | sed 's/^/f /'
	} >"$belay_lists/names"
	find . -type l -print0 | tr '\n\0' '\001\n' >"$belay_lists/links"
	: >"$belay_lists/live"
	if [ -d "$1" ]; then
		sed 's/^. //' "$belay_lists/names" | tr '\001\n' '\n\0' |
			(cd -- "$1" && xargs -0 -r stat -c '%f %u:%g %a %n' -- 2>/dev/null) >"$belay_lists/live" || :
	fi
	# shellcheck disable=SC2016
	awk -v uid="$belay_uid" -v gid="$belay_gid" -v me="$(id -u):$(id -g)" '
		function above(name) { return sub(/\/[^\/]*$/, "", name) ? name : "." }
		function digit(bits, at) { return substr(bits, length(bits) - at, 1) + 0 }
		# Who may read may execute what can be executed.
		function with_x(bits, executable, at, one, made) {
			for (at = 2; at >= 0; at--) {
				one = digit(bits, at)
				if (one % 2) one--
				if (executable && one >= 4) one++
				made = made one
			}
			return made
		}
		section == "live" { name = substr($0, length($1 $2 $3) + 4); kind[name] = substr($1, 1, 1); owner[name] = $2; bits[name] = $3; next }
		section == "manifest" { wanted["./" substr($0, length($1) + length($2) + 68)] = $1; next }
		section == "links" { link[$0] = 1; next }
		{
			name = substr($0, 3)
			around = above(name)
			if ($1 == "d") {
				if (kind[name] == "4") { whose = owner[name]; mode = bits[name] }
				else if (name == ".") { whose = me; mode = "755" }
				else { whose = folder[around]; mode = folder_bits[around] }
				folder[name] = whose; folder_bits[name] = mode
				print "mode", mode, name
			} else {
				whose = folder[around]
				said = wanted[name]
				if (!(name in link) && kind[name] == "8") whose = owner[name]
				if (!(name in link) && said != "") {
					mode = kind[name] == "8" ? with_x(substr("000" bits[name], length(bits[name]) + 1), said ~ /^7/) : said
					if (said ~ /00$/) {
						split(whose, part, ":")
						# His already, or not for him either.
						read_by_app = kind[name] != "8" || digit(bits[name], 0) >= 4 || part[2] == gid && digit(bits[name], 1) >= 4
						if (uid == "" || part[1] == uid || !read_by_app) mode = substr(mode, 1, 1) "00"
						else { whose = part[1] ":" gid; mode = substr(mode, 1, 1) (said ~ /^7/ ? "50" : "40") }
					}
					print "mode", mode, name
				}
			}
			print "owner", whose, name
		}' section=live "$belay_lists/live" section=manifest "$2" section=links "$belay_lists/links" \
		section=names "$belay_lists/names" >"$belay_lists/plan"
	if [ "$(id -u)" -eq 0 ]; then each_value owner chown -h; fi
	# A change of owner takes some bits of the mode away.
	each_value mode chmod
	sed 's/^. //; /^\.$/d' "$belay_lists/names" >"$belay_lists/all"
	with_acl "$1" "$belay_lists/all"
}

# open_as_live LIVE: after as_live; only now somebody else can step in. The folder here is what is meant, whatever its name.
open_as_live() {
	if [ "$(id -u)" -eq 0 ]; then chown -- "$(awk '$3 == "." && $1 == "owner" { print $2 }' "$belay_lists/plan")" .; fi
	chmod -- "$(awk '$3 == "." && $1 == "mode" { print $2 }' "$belay_lists/plan")" .
	echo . >"$belay_lists/all"
	with_acl "$1" "$belay_lists/all"
	rm -rf -- "$belay_lists"
}

# each_value KIND COMMAND…: runs it with each value of the plan and all names that are to have it, but for the folder itself.
each_value() {
	belay_kind=$1
	shift
	awk -v kind="$belay_kind" '$1 == kind { print $2 }' "$belay_lists/plan" | sort -u | while read -r belay_value; do
		awk -v kind="$belay_kind" -v value="$belay_value" '
			$1 == kind && $2 == value && $3 != "." { print substr($0, length($1 $2) + 3) }' "$belay_lists/plan" |
			tr '\001\n' '\n\0' | xargs -0 -r "$@" "$belay_value" --
	done
}

# with_acl LIVE NAMES: those of the names in that file that have more rights in LIVE than a mode can say have them here too.
with_acl() {
	[ -d "$1" ] && command -v getfacl >/dev/null && command -v setfacl >/dev/null || return 0
	tr '\001\n' '\n\0' <"$2" | (cd -- "$1" && xargs -0 -r getfacl -s -p -n -- 2>/dev/null) |
		awk -v names="$2" '
			BEGIN { while ((getline name <names) > 0) known[name] = 1 }
			/^# file: / { keep = known[substr($0, 9)] }
			/^# (owner|group|flags): / { next }
			keep' | setfacl --restore=- 2>/dev/null || :
}
