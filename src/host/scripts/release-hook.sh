# shellcheck shell=sh
# belay:with processes.sh as-user.sh env-file.sh places.sh
# Runs belay.yml's hooks.release in the staged tree. Arguments: path release user env-file, then the commands.
set -eu
folder=$1.belay/releases/$2 user=$3 env_file=$4
shift 4
for command; do
	printf '$ %s\n' "$command"
	in_release "$user" "$folder/tree" "$folder/environment" "$env_file" "$command" ||
		die "the hook '$command' ended with exit status $?"
done
