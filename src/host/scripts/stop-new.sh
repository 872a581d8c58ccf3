# shellcheck shell=sh disable=SC2154 # backup of backup.sh
# belay:with processes.sh backup.sh service.sh
# Ends the new release and puts back the unit file that was there before. Arguments: path deployment release unit
set -eu
path=$1 release=$3 unit=$4
base=$path.belay
unit_file=/etc/systemd/system/$unit
backup_or_nothing "$base" "$2"
before=$backup/unit-file

# hold_enabled: whether it starts at boot is as it was; start kept it from that.
hold_enabled() {
	now=$(systemctl is-enabled "$unit" 2>/dev/null) || :
	case $(kept "$backup" unit-enabled)/$now in
	enabled/enabled | disabled/disabled) ;;
	enabled/*) systemctl enable --quiet "$unit" ;;
	disabled/enabled) systemctl disable --quiet "$unit" ;;
	esac
}

# The unit has the same name in every release: where its file does not name this one, start never came to it, and what
# runs there is the old version.
if ! grep -qxF -e "WorkingDirectory=$(printf '%s' "$base/releases/$release/tree" | sed 's/%/%%/g')" "$unit_file" 2>/dev/null; then
	hold_enabled
	echo "$unit is not of this release: left as it is"
	exit 0
fi
systemctl stop "$unit" || :
for pid in $(unit_pids "$unit"); do
	kill -s KILL "$pid" 2>/dev/null || :
done
if [ -n "$(unit_pids "$unit")" ]; then sleep 1; fi
if [ -n "$(unit_pids "$unit")" ]; then die "processes of $unit do not end: $(unit_pids "$unit" | tr '\n' ' ')"; fi
if [ ! -f "$before" ]; then
	# A commit may have been cut off after it had enabled it.
	systemctl disable --quiet "$unit" 2>/dev/null || :
	rm -f -- "$unit_file"
elif cmp -s -- "$before" "$unit_file.before"; then
	# A rename: a full disk has room for that.
	mv -- "$unit_file.before" "$unit_file"
else
	cp -p -- "$before" "$unit_file"
fi
systemctl daemon-reload
systemctl reset-failed "$unit" 2>/dev/null || :
hold_enabled
echo "$unit stopped; its file is as it was"
