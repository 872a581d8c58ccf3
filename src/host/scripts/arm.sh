# shellcheck shell=sh disable=SC2154 # variables of common.sh, kept.sh and armed.sh
# belay:with state.sh processes.sh kept.sh armed.sh
# Arms the dead man's switch: should this deployment not be heard of for so many seconds, or should the host start anew in
# the middle of it, the host takes the way back that backUp laid down. Fields: path deployment watched deadman
set -eu
fields "$1" path deployment watched deadman
op_state
backup_required "$own" "$deployment"
[ -s "$backup/way-back/recover" ] || die "$backup/way-back is not whole: expected the program that takes the way back; deploy again"
switch_of "$watched"
mark="# Made by belay: watches over deployments to $path, and goes with them."
if [ -e "$switch_file" ] && ! grep -qxF -e "$mark" "$switch_file"; then
	die "$switch_file is there and not made by belay for $path: expected the name of the dead man's switch to be free; rename that unit, or set deadman: off"
fi

boot_id
lock_owner "$own" || die "$own stayed locked for 10 s"
printf 'deployment=%s\nboot=%s\nseconds=%s\n' "$deployment" "$boot" "$deadman" | whole "$own/armed" 600
# At boot it must be active at once, as systemd would hold back what it starts until then: hence no oneshot.
whole "$switch_file" 644 <<END
$mark
[Unit]
Description=Puts the last good release of $path back, should its deployment fall silent
StartLimitIntervalSec=0

[Service]
ExecStart=/bin/sh $backup/way-back/recover watch $path
Restart=on-failure
RestartSec=10

[Install]
WantedBy=multi-user.target
END
unlock_owner
systemctl enable --quiet --no-reload "$switch"
# What systemd still held of an earlier switch would run in its place.
[ "$(systemctl show -p NeedDaemonReload --value "$switch")" = no ] || systemctl daemon-reload
systemctl restart "$switch"
echo "$switch acts after $deadman s without a word from $deployment"
