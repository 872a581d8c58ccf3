# shellcheck shell=sh disable=SC2154 # own of state.sh, backup of backup.sh, up of common.sh
# belay:with state.sh backup.sh detour.sh
# How many connections to an address are open, how many seconds ago nginx was led away from it, how many of its workers
# from before then are there still, and how many clients of theirs are still to be handed on.
# Arguments: path deployment kind where
set -u
state_of "$1" || exit 1
backup_of "$own" "$2"
notes=$backup/detour
led=$(kept "$notes" led)
uptime
echo "$(connected "$3" "$4") $((up - ${led:-$up})) $(old_workers)"
