# shellcheck shell=sh
# belay:with keeper.sh keeper-systemd.sh keeper-pm2.sh keeper-unit.sh keeper-program.sh keeper-before.sh
# Every keeper that a release can have, for the scripts that deal with them. keeper.sh says what each of these has.
