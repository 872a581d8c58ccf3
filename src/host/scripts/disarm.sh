# shellcheck shell=sh disable=SC2154 # own of state.sh
# belay:with state.sh armed.sh
# Disarms the dead man's switch. Arguments: path unit
set -eu
op_state
if disarm "$own" "$2"; then systemctl daemon-reload || :; fi
