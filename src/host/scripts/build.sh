# shellcheck shell=sh disable=SC2154 # own of state.sh
# belay:with state.sh processes.sh as-user.sh env-file.sh places.sh links.sh owners.sh dependencies.sh
# Links what is shared and the dependencies into the staged tree, then runs belay.yml's build commands there, and its
# checks.
# Fields: path release user env_file lasting shared builds; then the commands, an argument each.
# `lasting` names the dependencies, `builds` says how many of the commands build, before the checks. Stdin: the environment.
set -eu
fields "$1" path release user env_file lasting shared builds
shift
base=$path.belay
op_state
record=$own/releases/$release
into_base "$path"
folder=releases/$release
tree=$folder/tree
[ -d "./$tree" ] || die "the release is not staged: $base/$tree is not there; deploy again"
chmod a+x -- . ./releases "./$folder"
(umask 077 && mkdir -p -- "$record")
whole "$record/environment" 600

share_early() {
	# Before the first activation the live tree still has it.
	if [ -e "./shared/$1" ]; then
		link_in "$tree" "$1" "$base/shared/$1"
	elif [ -e "$path/$1" ]; then
		if [ -d "$path/$1" ] && [ ! -L "$path/$1" ] && mountpoint -q -- "$path/$1"; then
			die "$path/$1 is to be shared, but is a mount point, which cannot be moved: mount it at $base/shared/$1 instead"
		fi
		link_in "$tree" "$1" "$path/$1"
	fi
}

each_line "$lasting" add_dependency
link_dependencies
each_line "$shared" share_early
if [ $# -gt 0 ]; then
	lend_tree
	for command; do
		if [ "$builds" -gt 0 ]; then what='build command'; else what=check; fi
		builds=$((builds - 1))
		printf '$ %s\n' "$command"
		in_release "$user" "$base/$tree" "$record/environment" "$env_file" "$command" || {
			status=$?
			forget_new_dependencies
			die "the $what '$command' ended with exit status $status"
		}
	done
	return_tree
	# What is in the tree now is the build's, and no data of the host's: compare.sh knows it by its time.
	: >"$record/built"
fi
dependencies_are_whole
