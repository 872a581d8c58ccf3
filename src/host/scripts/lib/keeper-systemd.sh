# shellcheck shell=sh disable=SC2154 # variables of keeper.sh and of the script that includes this
# systemd as the keeper of a release, by the unit $keeper_name. See keeper.sh.

systemd_pids() {
	group=$(systemctl show -p ControlGroup --value "$keeper_name")
	[ -n "$group" ] || return 0
	for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/systemd /sys/fs/cgroup/unified; do
		if [ -f "$hierarchy$group/cgroup.procs" ]; then
			# Of sub-groups too.
			find "$hierarchy$group" -name cgroup.procs -exec cat {} + 2>/dev/null || :
			return 0
		fi
	done
}

systemd_facts() {
	command -v systemctl >/dev/null || return 0
	systemctl show "$keeper_name" -p ActiveState -p SubState -p Result -p NRestarts -p MainPID \
		-p ExecMainCode -p ExecMainStatus -p ExecMainStartTimestampMonotonic 2>&1 | sed 's/^/keeper /'
}

systemd_place() {
	part "$record/start" 600
	part "$record/unit" 600
	part "$record/env-file.sh" 600
	rm -f -- "$record/user"
	if [ -n "${early-}" ] && ! { stops_alike && variables_lie; }; then
		early=
		return 0
	fi
	# Until the commit no boot starts it, also where the old version's unit was left enabled and did not run.
	systemctl disable --quiet --no-reload "$keeper_name" 2>/dev/null || :
	runs_as=$(sed -n 's/^User=//p' "$record/unit" | head -n 1)
	env_file_for "$runs_as" "$env_file" || exit
	if [ "$env_by" = user ] && grep -qF -e '(exports_of ' "$record/start"; then
		# The start script reads it, as the app's user.
		placed_unit | whole "$unit_file" 644
	elif [ "$env_by" = user ] && [ -n "$env_file" ] && ! { straight "$env_file" && roots_own "${way%/*}"; }; then
		die "an earlier belay made this release's unit so that systemd reads $env_file as root, and that lies where others may put a link in its place: deploy that version anew instead of going back to it"
	else
		# Systemd reads it, as root: it lies where nobody else can put another.
		placed_unit | EXTRA=$env_file awk '
			index($0, "EnvironmentFile=") == 1 && at++ && ENVIRON["EXTRA"] != "" { next }
			{ print }
			index($0, "EnvironmentFile=") == 1 && ENVIRON["EXTRA"] != "" {
				gsub(/%/, "%%", ENVIRON["EXTRA"])
				print "EnvironmentFile=" ENVIRON["EXTRA"]
				print "Environment=BELAY_ENV_FILE=read"
			}' | whole "$unit_file" 644
	fi
	systemctl daemon-reload
	systemctl reset-failed "$keeper_name" 2>/dev/null || :
}

# stops_alike: whether the unit that is there is stopped as this one is: what runs is, by what systemd read last.
stops_alike() {
	[ ! -f "$unit_file" ] || [ "$(stop_lines "$unit_file")" = "$(stop_lines "$record/unit")" ]
}

# variables_lie: whether env_file is what it will be: only as the release is activated the shared one takes the place of what lies in its
# tree, or of nothing.
variables_lie() {
	[ -n "$env_file" ] || return 0
	case $(readlink -f -- "$env_file") in '' | "$(readlink -f -- "$tree")"/*) return 1 ;; esac
	(env_file_for "$(sed -n 's/^User=//p' "$record/unit" | head -n 1)" "$env_file") >/dev/null 2>&1
}

stop_lines() {
	grep -E '^(ExecStop|Kill|FinalKill|RestartKill|SendSIG|Timeout|Type|PIDFile)' "$1" | sort
}

# placed_unit: where the record lies the host alone says; systemd reads the environment as root.
placed_unit() {
	sed "s|^EnvironmentFile={record}/|EnvironmentFile=$record/|" "$record/unit"
}

systemd_launch() {
	began=$(date +%s)
	systemctl start "$keeper_name"
}

systemd_ended() {
	state=$(systemctl show -p ActiveState -p SubState -p NRestarts "$keeper_name" | sort | tr '\n' ' ')
	case $state in
	*SubState=auto-restart* | *ActiveState=failed* | *ActiveState=inactive*) echo "ended" ;;
	*'NRestarts=0 '*) return 1 ;;
	*) echo "ended and was started again" ;;
	esac
}

systemd_main() {
	systemctl show -p MainPID --value "$keeper_name"
}

systemd_tell_log() {
	# What it wrote a moment ago may still be on its way.
	journalctl --sync 2>/dev/null || :
	journalctl -q -b -u "$keeper_name" -n 30 -o cat --no-pager --since "@$began" 2>/dev/null
}

systemd_back_up() {
	keep "$folder" unit-enabled "$(systemctl is-enabled "$keeper_name" 2>/dev/null || :)"
	[ -f "$unit_file" ] || return 0
	cp -p -- "$unit_file" "$folder/unit-file"
	# Beside it, so that putting it back is a rename.
	cp -p -- "$unit_file" "$unit_file.before"
}

# The unit has the same name in every release: where its file does not name this one, start never came to it, and what
# runs there is the old version.
systemd_owned() {
	grep -qxF -e "WorkingDirectory=$(printf '%s' "$tree" | sed 's/%/%%/g')" "$unit_file" 2>/dev/null
}

systemd_hold() {
	now=$(systemctl is-enabled "$keeper_name" 2>/dev/null) || :
	case $(kept "$backup" unit-enabled)/$now in
	enabled/enabled | disabled/disabled) ;;
	enabled/*) systemctl enable --quiet "$keeper_name" ;;
	disabled/enabled) systemctl disable --quiet "$keeper_name" ;;
	esac
}

systemd_remove() {
	systemctl stop "$keeper_name" || :
	for pid in $(systemd_pids); do
		kill -s KILL "$pid" 2>/dev/null || :
	done
	if [ -n "$(systemd_pids)" ]; then sleep 1; fi
	if [ -n "$(systemd_pids)" ]; then die "processes of $keeper_name do not end: $(systemd_pids | tr '\n' ' ')"; fi
	before=$backup/unit-file
	if [ ! -f "$before" ]; then
		# A commit may have been cut off after it had enabled it.
		systemctl disable --quiet "$keeper_name" 2>/dev/null || :
		rm -f -- "$unit_file"
	elif cmp -s -- "$before" "$unit_file.before"; then
		# A rename: a full disk has room for that.
		mv -- "$unit_file.before" "$unit_file"
	else
		cp -p -- "$before" "$unit_file"
	fi
	systemctl daemon-reload
	systemctl reset-failed "$keeper_name" 2>/dev/null || :
	systemd_hold
}

systemd_at_boot() {
	systemctl enable --quiet --no-reload "$keeper_name"
}

systemd_forget() {
	rm -f -- "$unit_file.before"
}

systemd_readable() {
	command -v journalctl >/dev/null || die 'there is no journalctl'
}

systemd_log() {
	journalctl -q -u "$keeper_name" -n "$1" -o short-iso --no-pager ${2:+-f}
}

systemd_last_log() {
	journalctl -q -u "$keeper_name" -n "$2" --no-pager --since "@$1"
}

# systemd_earlier RECORD: the record of a release that an earlier belay started; keeper_name is then the caller's to know.
systemd_earlier() {
	[ -f "$1/unit" ] || return 1
	use_keeper "kind=systemd
user=$(sed -n 's/^User=//p' "$1/unit" | head -n 1)"
}
