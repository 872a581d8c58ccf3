# shellcheck shell=sh disable=SC2154 # own of state.sh
# belay:with state.sh processes.sh as-user.sh env-file.sh places.sh
# Runs one of belay.yml's verify.commands in the release that is active. Arguments: path release user env-file command.
set -eu
op_state
in_release "$3" "$1.belay/releases/$2/tree" "$own/releases/$2/environment" "$4" "$5"
