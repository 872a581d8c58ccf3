# shellcheck shell=sh disable=SC2154 # variables of common.sh
# Says that a deployment lives. Arguments: base number deployment
# Prints `renewed`, or `fenced`, and who holds the host.
set -u
base=$1
verdict=fenced
if read_owner "$base" && [ "$owner_number" = "$2" ] && [ "$owner_deployment" = "$3" ] && [ "$owner_state" = held ]; then
	renew_owner "$base" "$2" "$(date +%s)"
	verdict=renewed
fi
echo "$verdict"
tell_owner
