# shellcheck shell=sh disable=SC2034,SC2154 # variables for rehearsal-copy.sh, main of rehearsal-process.sh heeds.sh
# belay:with state.sh processes.sh as-user.sh env-file.sh places.sh links.sh dependencies.sh rehearsals.sh unit-address.sh trust.sh pm2.sh as-running.sh pm2-entry.cjs
# Boots the staged release beside the running one; it ends by itself should nobody end it.
#   spare-port: prints a TCP port on which nothing listens
#   boot, fields path release keeper user runtime env_file seconds live_at spare_at as_before lasting shared:
#     runtime is the name of a folder in /run or empty, seconds its longest life, empty where it serves for a while, kept up as its own
#     unit would, live_at and spare_at the port or socket of what serves and of this copy, as_before as start.sh takes it, lasting the
#     dependencies; stdin: the start script, the environment and env-file.sh, each as `<bytes>\n<text>`
#   heeds, fields path release user: prints which of its files name BELAY_REHEARSAL
#   listens, field keeper: prints where it listens
#   stop, fields path release keeper
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

# link_early NAME: a shared path as it will be there once the release is active.
link_early() {
	if [ -e "./shared/$1" ]; then
		link_in "$tree" "$1" "$base/shared/$1"
	elif [ -e "$path/$1" ]; then
		link_in "$tree" "$1" "$live_tree/$1"
	fi
}

# link_dependency_early NAME: as a build would link it, but that nothing is copied.
link_dependency_early() {
	kept=deps/$(lock_digest "$1")/$1
	if [ -d "./$kept" ] && [ ! -e "./$kept.building" ]; then
		link_in "$tree" "$1" "$base/$kept"
	else
		link_early "$1"
	fi
}

boot() {
	base=$path.belay
	into_base "$path"
	folder=releases/$release
	tree=$folder/tree
	rehearsal=$folder/rehearsal
	live_tree=$("live_of_$keeper_kind")
	[ -d "./$tree" ] || die "the release is not staged: $base/$tree is not there; deploy again"
	find_notes
	end_rehearsal
	chmod a+x -- . ./releases "./$folder"
	each_line "$lasting" link_dependency_early
	each_line "$shared" link_early
	(umask 077 && mkdir -p -- "$notes")
	: >"$notes/begun"
	mkdir -- "./$rehearsal"
	chmod 755 -- "./$rehearsal"
	part "./$rehearsal/start" 755
	part "./$rehearsal/environment" 600
	part "./$rehearsal/env-file.sh" 644
	start_as_before
	if [ "$(id -u)" -eq 0 ]; then chown -- "$user" "./$rehearsal/environment"; fi
	env_file_for "$user" "$env_file" || exit
	"boot_$keeper_kind"
}

# start_as_before: what the release was started by then, where it was at this address: with the spare one in its place.
start_as_before() {
	record=$own/releases/$release
	if [ -z "$as_before" ] || [ ! -s "$record/start" ] || ! grep -qsxF -e "$as_before" "$record/environment"; then return 0; fi
	{
		cat <<'END'
#!/bin/sh
set -a
. "${0%/*}/environment"
set +a
END
		with_spare <"$record/start"
	} >"./$rehearsal/start"
	{
		cat -- "$record/environment"
		grep -E '^(PORT|BELAY_BIND)="' "$record/environment" | with_spare
	} >"./$rehearsal/environment"
}

# with_spare: stdin with the spare address in the place of the live one.
with_spare() {
	FROM=$live_at TO=$spare_at awk "$unit_awk"'{ print moved($0, ENVIRON["FROM"], ENVIRON["TO"]) }'
}

# find_notes: sets notes to where belay keeps what it knows of the rehearsal.
find_notes() {
	state_of "$path" || die "$state_why"
	notes=$own/releases/$release/rehearsal
}

# end_rehearsal: also one that an earlier attempt left behind.
end_rehearsal() {
	"end_by_$keeper_kind"
	rm -rf -- "./$rehearsal" "$notes"
}

verb=$1
fields "${2-}" path release keeper user runtime env_file seconds live_at spare_at as_before lasting shared
use_keeper "$keeper"
case $verb in
spare-port) spare_port ;;
heeds)
	into_base "$path"
	enter_below "releases/$release/tree" || die "the release is not there: $path.belay/releases/$release/tree"
	as_user "$user" sh -c "$heeding"
	;;
boot) boot ;;
listens) listens_on ;;
stop)
	into_base "$path"
	rehearsal=releases/$release/rehearsal
	find_notes
	end_rehearsal
	;;
esac
