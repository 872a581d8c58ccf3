# shellcheck shell=sh disable=SC2154 # own of state.sh
# belay:with state.sh processes.sh as-user.sh env-file.sh places.sh
# Runs belay.yml's hooks.release in the staged tree.
# Fields: path release user env_file; then the commands, an argument each.
set -eu
op_state
fields "$1" path release user env_file
shift
record=$own/releases/$release tree=$path.belay/releases/$release/tree
for command; do
	printf '$ %s\n' "$command"
	in_release "$user" "$tree" "$record/environment" "$env_file" "$command" ||
		die "the hook '$command' ended with exit status $?"
done
