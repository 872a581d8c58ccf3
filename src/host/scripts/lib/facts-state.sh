# shellcheck shell=sh disable=SC2154 # variables of facts.sh and state.sh
# A part of facts.sh: what belay keeps of its own for the path (state.sh).

# records FOLDER: the newest 100 of `releases` or `failed` that are known there and lie beside the path; names begin with
# their time.
records() {
	for folder in "./$1"/*/; do printf '%s\n' "${folder%/}"; done | sort -r | head -n 100 | while IFS= read -r folder; do
		[ ! -d "$place.belay/$1/${folder##*/}" ] || printf '%s\n' "${folder##*/}"
	done
}

tell_releases() {
	records releases | while IFS= read -r name; do
		[ -f "./releases/$name/release.json" ] || continue
		section release "$name"
		head -c 4096 "./releases/$name/release.json"
		case $name in *-adopted) tell_before "$name" ;; esac
	done
}

# tell_before RELEASE: what kept it before belay, by the newest backup that says so: its number, then a label a line.
tell_before() {
	for number in $(for each in ./backup/*/previous; do echo "$each"; done | sed -n 's#^./backup/\([0-9]*\)/previous$#\1#p' | sort -rn); do
		grep -qsxF -e "$1" "./backup/$number/previous" || continue
		labels=
		for stop in "./backup/$number/stops"/*; do
			if grep -qsx app "$stop/role" && ! grep -qs '^belay-' "$stop/unit" "$stop/name"; then
				labels="$labels$(head -n 1 "$stop/label")$newline"
			fi
		done
		[ -n "$labels" ] || continue
		section before "$1"
		printf '%s\n%s' "$number" "$labels" | head -c 4096
		return 0
	done
}

tell_fence() {
	[ -f ./owner ] || return 0
	section owner
	head -c 4096 ./owner
	# Shared and for an instant: a change that begins now waits for it, it is not refused.
	if [ -e ./lock ] && ! flock -s -n ./lock true; then echo running=yes; fi
}

# tell_active RELEASE
tell_active() {
	cd "./releases/$1" 2>/dev/null || return 0
	for file in start environment unit entry keeper; do
		# A digest, not the text: an environment may hold what must not leave the host.
		if [ -f "./$file" ]; then
			section "active-$file"
			sha256sum <"./$file"
		fi
	done
	if [ -f ./replaced ]; then
		section replaced
		head -n 1 ./replaced
	fi
}

# within_state COMMAND…: in the folder, where it can be believed, and is there.
within_state() (
	[ -z "$state_fault" ] && cd -- "$own" 2>/dev/null && "$@"
)

# read_state: sections `state`, `owner`, `namesakes`, `release NAME`…, `active-…`, `replaced`.
read_state() {
	tell_state
	tell_namesakes
	within_state tell_releases
	in_earlier tell_releases
	tell_serving
}

# tell_state: sections `state` and `owner`.
tell_state() {
	state_of "$path" || :
	section state
	printf 'folder=%s\n' "$own"
	[ -z "$state_fault" ] || printf 'fault=%s\nwhy=%s\n' "$state_fault" "$state_why"
	if [ -z "$state_fault" ] && [ -s "$own/app" ]; then printf 'app=%s\n' "$(head -c 200 "$own/app" | head -n 1)"; fi
	within_state tell_fence
	in_earlier tell_fence
}

# tell_namesakes: section `namesakes`, a line for each other path of this host that was deployed to under the names that this
# one has (those of $unit): what belay makes for a deployment would be both's.
tell_namesakes() {
	section namesakes
	[ "$my_uid" -eq 0 ] || return 0
	set -- "$state_root"/*/owner
	[ -e "$1" ] || return 0
	UNITS=$unit awk '
		BEGIN { split(ENVIRON["UNITS"], units, "\n") }
		/^deployment=belay\// {
			split($0, part, "/")
			if ("belay-" part[2] (part[3] == "production" ? "" : "-" part[3]) ".service" == units[1]) print FILENAME
		}' "$@" | head -n 20 | while IFS= read -r owner; do
		IFS= read -r namesake <"${owner%/owner}/path" || continue
		# What was moved away or deleted is no deployment any more.
		if [ "$namesake" != "$place" ] && [ -d "$namesake.belay" ]; then printf '%s\n' "$namesake"; fi
	done
}

# tell_serving: sections `active-…` and `replaced`, of the release that serves.
tell_serving() {
	case $real in "$place.belay/releases/"*/tree) ;; *) return 0 ;; esac
	active=${real%/tree}
	active=${active##*/}
	if [ -d "$own/releases/$active" ]; then
		within_state tell_active "$active"
	else
		in_earlier tell_active "$active"
	fi
}
