# shellcheck shell=sh disable=SC2154 # variables of common.sh
# belay:with state.sh
# Says that a deployment lives. Fields: path number deployment
# Prints `renewed`, or `fenced`, and who holds the host.
set -u
verdict=fenced
believed=1
fields "$1" path number deployment
state_of "$path" || believed=
read_owner "$own" || believed=
if [ -n "$believed" ] && [ "$owner_number" = "$number" ] && [ "$owner_deployment" = "$deployment" ] && [ "$owner_state" = held ]; then
	renew_owner "$own" "$number" "$(date +%s)"
	verdict=renewed
fi
echo "$verdict"
tell_owner
