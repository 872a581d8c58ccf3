# shellcheck shell=sh disable=SC2154 # own of state.sh
# belay:with state.sh processes.sh as-user.sh env-file.sh places.sh
# Runs one of belay.yml's verify.commands in the release that is active.
# Fields: path release user env_file command
set -eu
op_state
fields "$1" path release user env_file command
in_release "$user" "$path.belay/releases/$release/tree" "$own/releases/$release/environment" "$env_file" "$command"
