# shellcheck shell=sh disable=SC2154 # variables of common.sh, root-path.sh and state.sh
# belay:with state.sh footing.sh
# Draws the next number (fence.sh), where nothing that the plan rests on has changed since the host was inspected.
# Fields: path deployment; real, where the path led; since, when the look began, and ahead, how far the host's clock was ahead of its
# uptime then; footing, as footing.sh told it; daemons, their pids; holders, lines `<pid> <start ticks>`; files, without what every host
# has; units, names, and unit_states, a digest of what systemd said of them
# $2: fence.sh's own fields. Stdin: fence.sh.
# Output: `changed 0` and what has changed; or what fence.sh prints.
set -u
export LC_ALL=C
cd /
fields "$1" path deployment real since ahead footing daemons holders files units unit_states

changed() {
	printf 'changed 0\n%s\n' "$1"
	exit 0
}

draw() {
	exec sh -s -- draw "$drawing"
}

# same_host: the clock by which files' times are told, and what was told of the host.
same_host() {
	clock
	if [ "$clock" -lt $((ahead - 1)) ] || [ "$clock" -gt $((ahead + 1)) ]; then changed "the host's clock was set"; fi
	now=$(footing "$path" "$real" "$daemons")
	[ "$now" != "$footing" ] || return 0
	each_line "$now" same_part
	changed 'what the host tells of itself'
}

same_part() {
	case $newline$footing$newline in *"$newline$1$newline"*) return ;; esac
	case $1 in
	place\ *) changed "the boot, a mount, or where $path leads" ;;
	sockets\ *) changed 'who listens: a socket was opened or closed' ;;
	processes\ *) changed "what works in the app's folders or what a keeper runs" ;;
	esac
}

same_holder() {
	same_process "${1%% *}" "${1#* }" || changed "process ${1%% *} has ended or was started anew"
}

same_units() {
	[ -n "$units" ] || return 0
	# shellcheck disable=SC2086 # units' names have no blanks
	states=$(systemctl show -p "$states_asked" -- $units 2>/dev/null | keepers_states | sha256sum)
	[ "${states%% *}" = "$unit_states" ] || changed 'the state of a unit that has to do with the app'
}

# same_files DEPTH FILE…: none of them, and so far below them, has changed since. One that was taken away shows in the time of its folder.
same_files() {
	belay_depth=$1
	shift
	newest=$(timeout 10 find -L "$@" -maxdepth "$belay_depth" -newerct "@$since" -print -quit 2>/dev/null)
	[ $? -le 1 ] || changed 'whether files have changed cannot be told within ten seconds'
	[ -z "$newest" ] || changed "${newest%%"$newline"*} was changed"
}

# What is read on every host: what starts things, users, and where programs are.
same_common_files() {
	set --
	for belay_file in /etc/systemd/system /run/systemd/system /usr/local/lib/systemd/system /usr/lib/systemd/system /etc/crontab \
		/etc/anacrontab /etc/cron.* /etc/periodic /var/spool/cron /var/spool/at /etc/init.d /etc/rc*.d /etc/rc.local \
		/etc/supervisor* /home/*/.config/systemd /root/.config/systemd /var/lib/systemd/linger; do
		[ ! -e "$belay_file" ] || set -- "$@" "$belay_file"
	done
	record_of "$real"
	if [ -n "$record" ] && [ -d "$record" ]; then set -- "$@" "$record"; fi
	same_files 3 "$@"
}

same_named_files() {
	set -f
	IFS=:
	# shellcheck disable=SC2086 # parted at the colons
	set -- $PATH
	IFS=$newline
	# shellcheck disable=SC2086 # parted at the ends of lines
	set -- "$@" /etc/passwd /etc/group /etc/hosts $files
	unset IFS
	set +f
	same_files 0 "$@"
}

# The live tree but what Python compiled.
same_tree() {
	[ -d "$real" ] || return 0
	newest=$(timeout 20 find "$real" -xdev \( -name __pycache__ -prune \) -o -name '*.pyc' -o -newerct "@$since" -print -quit 2>/dev/null)
	[ $? -le 1 ] || changed 'whether live files have changed cannot be told within twenty seconds'
	[ -z "$newest" ] || changed "${newest%%"$newline"*} was changed"
}

drawing=$2
state_of "$path" || draw
# The answer to an earlier draw was lost: it was proved then.
if [ -e "$own/owner" ] && read_owner "$own" && [ "$owner_deployment" = "$deployment" ] && [ "$owner_state" = held ]; then draw; fi
same_host
each_line "$holders" same_holder
same_units
same_common_files
same_named_files
same_tree
draw
