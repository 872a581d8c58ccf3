# shellcheck shell=sh
# belay:with keeper.sh keeper-*.sh
# Every keeper that a release can have, for the scripts that deal with them. keeper.sh says what each of these has.
