# shellcheck shell=sh
# belay:with armed.sh
# Disarms the dead man's switch. Arguments: path unit
set -eu
if disarm "$1.belay" "$2"; then systemctl daemon-reload || :; fi
