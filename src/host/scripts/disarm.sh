# shellcheck shell=sh disable=SC2154 # own of state.sh
# belay:with state.sh armed.sh
# Disarms the dead man's switch. Fields: watched
set -eu
fields "$1" watched
op_state
if disarm "$own" "$watched"; then systemctl daemon-reload || :; fi
