# shellcheck shell=sh disable=SC2154 # variables of common.sh
# belay:with state.sh
# Says that a deployment lives. Arguments: path number deployment
# Prints `renewed`, or `fenced`, and who holds the host.
set -u
verdict=fenced
believed=1
state_of "$1" || believed=
read_owner "$own" || believed=
if [ -n "$believed" ] && [ "$owner_number" = "$2" ] && [ "$owner_deployment" = "$3" ] && [ "$owner_state" = held ]; then
	renew_owner "$own" "$2" "$(date +%s)"
	verdict=renewed
fi
echo "$verdict"
tell_owner
