# shellcheck shell=sh
# belay:with keeper.sh rehearsal-*.sh
# Every keeper that a rehearsal can have. Besides `pids` and `facts` each has, for rehearse.sh:
#   boot_<kind>     starts it
#   end_by_<kind>   ends it, also where it does not run
#   live_of_<kind>  prints where it finds what the app's path leads to
