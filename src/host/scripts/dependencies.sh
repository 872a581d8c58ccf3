# shellcheck shell=sh disable=SC2154 # base, path, tree of the script that includes this
# A venv or node_modules: kept in <base>/deps/<digest of its lockfiles>/, so that a build for new lockfiles never touches
# what the live release imports. Needs links.sh.

# One folder a line.
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

link_dependency() {
	live=$(readlink -f -- "$path/$1") || live=
	[ -d "$live" ] || return 0
	home=$base/deps/$(lock_digest "$1")/$1
	# A build that ended halfway may have left it half changed.
	if [ -e "$home.building" ]; then rm -rf -- "$home" "$home.building"; fi
	if [ ! -d "$home" ]; then
		mkdir -p -- "$(dirname -- "$home")"
		: >"$home.building"
		rm -rf -- "$home.new"
		if ! cp -a --reflink=auto -- "$live" "$home.new"; then
			rm -rf -- "$home.new" "$home.building"
			die "$1: $live could not be copied to $home"
		fi
		mv -T -- "$home.new" "$home"
		if [ -d "$home/bin" ]; then relocate "$home" "$live" "$path/$1"; fi
		made="$made$home
"
		echo "$1: copied from $live"
	fi
	link_in "$tree" "$1" "$home"
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

# relocate HOME OLD…: a venv's scripts name its folder. Unless they name the copy, the copy's pip installs into the old one.
relocate() {
	new=$1
	shift
	for script in "$new"/bin/*; do
		if [ ! -f "$script" ] || [ -L "$script" ]; then continue; fi
		case ${script##*/} in
		activate* | Activate*) ;;
		*) [ "$(head -c 2 -- "$script" | tr -d '\000')" = '#!' ] || continue ;;
		esac
		for old; do
			OLD=$old NEW=$new awk '{
				rest = $0
				line = ""
				while ((at = index(rest, ENVIRON["OLD"])) > 0) {
					line = line substr(rest, 1, at - 1) ENVIRON["NEW"]
					rest = substr(rest, at + length(ENVIRON["OLD"]))
				}
				print line rest
			}' "$script" >"$new.script"
			# In place, because it keeps its mode and owner.
			cmp -s -- "$new.script" "$script" || cat -- "$new.script" >"$script"
		done
	done
	rm -f -- "$new.script"
}

# own_by USER: the staged tree and the dependencies that this build made; links are not followed.
own_by() {
	[ "$(id -u)" -eq 0 ] || return 0
	chown -R "$1:" -- "$tree"
	each_made chown -R "$1:" --
}

forget_new_dependencies() {
	each_made rm -rf --
}

dependencies_are_whole() {
	while IFS= read -r home; do
		if [ -n "$home" ]; then rm -f -- "$home.building"; fi
	done <<-END
		$made
	END
}

each_made() {
	while IFS= read -r home; do
		if [ -n "$home" ]; then "$@" "$home"; fi
	done <<-END
		$made
	END
}
