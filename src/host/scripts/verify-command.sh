# shellcheck shell=sh
# belay:with processes.sh as-user.sh env-file.sh places.sh
# Runs one of belay.yml's verify.commands in the release that is active. Arguments: path release user env-file command.
set -eu
folder=$1.belay/releases/$2
in_release "$3" "$folder/tree" "$folder/environment" "$4" "$5"
