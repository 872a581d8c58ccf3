# shellcheck shell=sh disable=SC2154 # base, path, record, tree and user of the script that includes this
# A venv or node_modules: kept in <base>/deps/<digest of its lockfiles>/, so that a build for new lockfiles never touches
# what the live release imports. Needs links.sh and, but for lock_digest, to be in belay's folder (into_base).

# One folder a line; before those that were made, whom they are to belong to.
dependencies=
made=

# add_dependency NAME: relative to the app's path; twice is once.
add_dependency() {
	case "
$dependencies" in *"
$1
"*) ;; *) dependencies="$dependencies$1
" ;; esac
}

# link_dependencies: those that were added, and those that the live release links to.
link_dependencies() {
	live_tree=$(readlink -f -- "$path") || live_tree=
	if [ -d "$live_tree" ]; then
		links=$(links_into "$live_tree" "$base/deps")
		while IFS= read -r link; do
			if [ -n "$link" ]; then add_dependency "${link#"$live_tree"/}"; fi
		done <<-END
			$links
		END
	fi
	while IFS= read -r name; do
		if [ -n "$name" ]; then link_dependency "$name"; fi
	done <<-END
		$dependencies
	END
}

# link_dependency NAME: what the live release has there is read and copied as the app's user: a link may lead anywhere.
link_dependency() {
	live=$(readlink -f -- "$path/$1") || live=
	[ -d "$live" ] || return 0
	home=deps/$(lock_digest "$1")/$1
	# A build that ended halfway may have left it half changed.
	if [ -e "./$home.building" ]; then rm -rf -- "./$home" "./$home.building"; fi
	if [ ! -d "./$home" ]; then
		mkdir -p -- "./${home%/*}"
		: >"./$home.building"
		rm -rf -- "./$home.new"
		mkdir -m 700 -- "./$home.new"
		owner=$(stat -c %u:%g -- "$live")
		[ "$(id -u)" -ne 0 ] || chown -- "$user" "./$home.new"
		if ! (enter_below "$home.new" && as_reader cp -a --reflink=auto -- "$live/." .); then
			rm -rf -- "./$home.new" "./$home.building"
			die "$1: $live could not be copied to $base/$home as $user, as whom the app runs: see that $user can read all of it (chmod, chown)"
		fi
		mv -T -- "./$home.new" "./$home"
		if [ -d "./$home/bin" ]; then
			(enter_below "$home/bin" && as_reader sh -c "$relocate" sh "$base/$home" "$live" "$path/$1")
		fi
		made="$made$owner $home
"
		echo "$1: copied from $live"
	fi
	link_in "$tree" "$1" "$base/$home"
}

# as_reader COMMAND…: as the app's user. A login that is not root reads with its own rights.
as_reader() {
	if [ "$(id -u)" -eq 0 ]; then as_user "$user" "$@"; else "$@"; fi
}

# lock_digest NAME: of the staged tree's lockfiles at its root and beside NAME; `none` where there are none.
lock_digest() {
	digest=$(
		cd -- "$tree" || exit
		for at in . "$(dirname -- "$1")"; do
			for lock in requirements.txt poetry.lock uv.lock Pipfile.lock pyproject.toml \
				package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml package.json; do
				if [ -f "$at/$lock" ]; then sha256sum -- "$at/$lock"; fi
			done
		done | sort -u
	)
	if [ -z "$digest" ]; then
		echo none
	else
		printf '%s\n' "$digest" | sha256sum | cut -c 1-16
	fi
}

# relocate, in a venv's bin, NEW OLD…: its scripts name its folder. Unless they name the copy, the copy's pip installs into
# the old one. In place, because it keeps their modes.
# shellcheck disable=SC2016 # for the shell that runs it
relocate='
	new=$1
	shift
	for script in ./*; do
		if [ ! -f "$script" ] || [ -L "$script" ]; then continue; fi
		case ${script##*/} in
		activate* | Activate*) ;;
		*) [ "$(head -c 2 -- "$script" | tr -d "\000")" = "#!" ] || continue ;;
		esac
		for old; do
			OLD=$old NEW=$new awk "{
				rest = \$0
				line = \"\"
				while ((at = index(rest, ENVIRON[\"OLD\"])) > 0) {
					line = line substr(rest, 1, at - 1) ENVIRON[\"NEW\"]
					rest = substr(rest, at + length(ENVIRON[\"OLD\"]))
				}
				print line rest
			}" "$script" >./.belay.script
			cmp -s -- ./.belay.script "$script" || cat -- ./.belay.script >"$script"
		done
	done
	rm -f -- ./.belay.script
'

# lend_tree: the staged tree is the app's user's while the build runs in it.
lend_tree() {
	lent=
	if [ "$(id -u)" -ne 0 ] || [ -z "$(find "./$tree" ! -user "$user" | head -n 1)" ]; then return 0; fi
	lent=yes
	[ -z "$(find "./$tree" ! -user 0 | head -n 1)" ] || take_back "$tree"
	hand_over "$tree" "$user:"
}

# return_tree: and its owners' again. Needs owners.sh.
return_tree() {
	[ -n "$lent" ] || return 0
	take_back "$tree"
	(
		live=$(readlink -f -- "$path") || live=
		manifest=$record/manifest
		[ -f "$manifest" ] || manifest=/dev/null
		enter_below "$tree" && chmod 700 . && as_live "$live" "$manifest" "$user" && open_as_live "$live"
	)
}

forget_new_dependencies() {
	while read -r _ home; do
		if [ -n "$home" ]; then rm -rf -- "./$home"; fi
	done <<-END
		$made
	END
}

# dependencies_are_whole: those that were copied belong to whom the copied ones do.
dependencies_are_whole() {
	while read -r owner home; do
		[ -n "$home" ] || continue
		if [ "$(id -u)" -eq 0 ] && [ "${owner%:*}" != "$(id -u "$user")" ]; then
			take_back "$home"
			[ "$owner" = 0:0 ] || hand_over "$home" "$owner"
		fi
		rm -f -- "./$home.building"
	done <<-END
		$made
	END
}
