# shellcheck shell=sh disable=SC2154 # own of state.sh
# belay:with state.sh processes.sh as-user.sh env-file.sh places.sh
# Runs belay.yml's hooks.release in the staged tree. Arguments: path release user env-file, then the commands.
set -eu
op_state
record=$own/releases/$2 tree=$1.belay/releases/$2/tree user=$3 env_file=$4
shift 4
for command; do
	printf '$ %s\n' "$command"
	in_release "$user" "$tree" "$record/environment" "$env_file" "$command" ||
		die "the hook '$command' ended with exit status $?"
done
