# shellcheck shell=sh
# belay:with processes.sh links.sh dependencies.sh service.sh
# Boots the staged release beside the running one, under a unit that ends by itself should nobody end it.
#   spare-port: prints a TCP port on which nothing listens
#   boot PATH RELEASE UNIT USER RUNTIME ENV_FILE SECONDS, <n> dependencies, then the shared paths: RUNTIME is the name of a
#     folder in /run or empty, SECONDS the unit's longest life; stdin: the start script and the environment, each as
#     `<bytes>\n<text>`
#   listens UNIT: prints where the unit listens
#   stop PATH RELEASE UNIT
set -eu

# Below the ports that Linux gives to outgoing connections (ip_local_port_range).
spare_port() {
	cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v start="$(($$ % 10000))" '
		function decimal(hex, i, n) {
			for (i = 1; i <= length(hex); i++) n = n * 16 + index("0123456789ABCDEF", substr(hex, i, 1)) - 1
			return n
		}
		{ sub(/.*:/, "", $2); used[decimal($2)] = 1 }
		END {
			for (i = 0; i < 10000; i++) {
				port = 20000 + (start + i) % 10000
				if (!(port in used)) { print port; exit }
			}
			exit 1
		}'
}

# part FILE MODE: writes the next part of stdin.
part() {
	IFS= read -r bytes
	(umask 077 && dd bs="$bytes" count=1 iflag=fullblock 2>/dev/null >"$1")
	chmod "$2" "$1"
}

# end_unit: also one that an earlier attempt left behind.
end_unit() {
	systemctl stop "$unit" 2>/dev/null || :
	systemctl reset-failed "$unit" 2>/dev/null || :
}

# link_early NAME: a shared path as it will be there once the release is active.
link_early() {
	if [ -e "$path.belay/shared/$1" ]; then
		link_in "$tree" "$1" "$path.belay/shared/$1"
	elif [ -e "$path/$1" ]; then
		link_in "$tree" "$1" "$path/$1"
	fi
}

# link_dependency_early NAME: as a build would link it, but that nothing is copied.
link_dependency_early() {
	kept=$base/deps/$(lock_digest "$1")/$1
	if [ -d "$kept" ] && [ ! -e "$kept.building" ]; then
		link_in "$tree" "$1" "$kept"
	else
		link_early "$1"
	fi
}

boot() {
	path=$1 release=$2 unit=$3 user=$4 runtime=$5 env_file=$6 seconds=$7
	shift 7
	base=$path.belay
	folder=$base/releases/$release
	tree=$folder/tree
	[ -d "$tree" ] || die "the release is not staged: $tree is not there; deploy again"
	command -v systemd-run >/dev/null || die "no systemd-run on the host: install systemd, or set rehearse: false"
	end_unit
	chmod a+x -- "$base" "$base/releases" "$folder"
	count=$1
	shift
	while [ "$count" -gt 0 ]; do
		link_dependency_early "$1"
		shift
		count=$((count - 1))
	done
	for name; do link_early "$name"; done
	mkdir -p -- "$folder/rehearsal"
	chmod 755 -- "$folder/rehearsal"
	part "$folder/rehearsal/start" 755
	part "$folder/rehearsal/environment" 600

	set -- "--property=WorkingDirectory=$tree" "--property=EnvironmentFile=$folder/rehearsal/environment"
	[ -z "$env_file" ] || set -- "$@" "--property=EnvironmentFile=$env_file"
	[ -z "$runtime" ] || set -- "$@" "--property=RuntimeDirectory=$runtime"
	systemd-run --quiet --collect --unit="$unit" --description="Rehearsal of release $release" \
		--property=User="$user" --property=KillMode=mixed --property=TimeoutStopSec=5 \
		--property=RuntimeMaxSec="$seconds" "$@" /bin/sh "$folder/rehearsal/start"
}

verb=$1
shift
case $verb in
spare-port) spare_port ;;
boot) boot "$@" ;;
listens) unit_listens "$1" ;;
stop)
	unit=$3
	end_unit
	rm -rf -- "$1.belay/releases/$2/rehearsal"
	;;
esac
