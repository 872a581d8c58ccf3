# shellcheck shell=sh
# belay:with processes.sh service.sh
# Starts the release under systemd and waits until it listens where it should.
# Arguments: path release unit bind-kind bind-where seconds as-before
# Where as-before is a line of the release's own environment, it is started with the files that it was started with before.
# Stdin: the start script, the environment, the unit file, each as `<bytes>\n<text>`.
set -eu
path=$1 release=$2 unit=$3 bind_kind=$4 bind_where=$5 limit=$6 as_before=$7
folder=$path.belay/releases/$release
unit_file=/etc/systemd/system/$unit

# part FILE MODE: writes the next part of stdin, unless the file is there and stays as it was.
part() {
	IFS= read -r bytes
	(umask 077 && dd bs="$bytes" count=1 iflag=fullblock 2>/dev/null >"$1.new")
	if [ -n "$as_before" ] && [ -s "$1" ]; then
		rm -- "$1.new"
		return
	fi
	chmod "$2" "$1.new"
	mv -- "$1.new" "$1"
}

not_ready() {
	echo "$1"
	# What it wrote a moment ago may still be on its way.
	journalctl --sync 2>/dev/null || :
	journalctl -q -b -u "$unit" -n 30 -o cat --no-pager --since "@$began" 2>/dev/null | cut -c 1-400
	exit 1
}

# ready: whether a process of the unit listens where it should.
ready() {
	inodes=$(listening "$bind_kind" "$bind_where")
	[ -n "$inodes" ] || return 1
	for candidate in $(unit_pids "$unit"); do
		if holds "$candidate" "$inodes"; then return 0; fi
	done
	return 1
}

chmod a+x -- "$path.belay" "$path.belay/releases" "$folder"
if ! grep -qsxF -e "$as_before" "$folder/environment"; then as_before=; fi
part "$folder/start" 755
part "$folder/environment" 600
part "$folder/unit" 644
# Until the commit no boot starts it, also where the old version's unit was left enabled and did not run.
systemctl disable --quiet "$unit" 2>/dev/null || :
cp -- "$folder/unit" "$unit_file.new"
mv -- "$unit_file.new" "$unit_file"
systemctl daemon-reload
systemctl reset-failed "$unit" 2>/dev/null || :
began=$(date +%s)
systemctl start "$unit" || not_ready "systemd does not start $unit"

deadline=$((began + limit))
until ready; do
	state=$(systemctl show -p ActiveState -p SubState -p NRestarts "$unit" | sort | tr '\n' ' ')
	case $state in
	*SubState=auto-restart* | *ActiveState=failed* | *ActiveState=inactive*)
		not_ready "$unit ended before it listened on $bind_kind $bind_where"
		;;
	*'NRestarts=0 '*) ;;
	*) not_ready "$unit ended before it listened on $bind_kind $bind_where, and was started again" ;;
	esac
	if [ "$(date +%s)" -ge "$deadline" ]; then
		not_ready "$unit runs, but does not listen on $bind_kind $bind_where after $limit s; it listens on: $(unit_listens "$unit")"
	fi
	sleep 0.05
done
echo "listens on $bind_kind $bind_where"
echo "pid $(systemctl show -p MainPID --value "$unit")"
