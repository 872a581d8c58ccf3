# shellcheck shell=sh disable=SC2154 # own of state.sh, backup of kept.sh, up of common.sh
# belay:with state.sh kept.sh detour.sh
# How many connections to an address are open, how many seconds ago nginx was led away from it, how many of its workers
# from before then are there still, and how many clients of theirs are still to be handed on.
# Fields: path deployment bind_kind bind_where
set -u
fields "$1" path deployment bind_kind bind_where
state_of "$path" || exit 1
backup_of "$own" "$deployment"
notes=$backup/detour
led=$(kept "$notes" led)
uptime
echo "$(connected "$bind_kind" "$bind_where") $((up - ${led:-$up})) $(old_workers)"
