# shellcheck shell=sh disable=SC2034,SC2154 # variables of keeper.sh, and of rehearse.sh
# belay:with rehearsal-twin.sh
# A release that is rehearsed as a unit that belay did not make would run it: $keeper_name is a unit of /run alone, with the listed
# settings of the unit $keeper_unit, in whose eyes every name of the app's path leads to the staged tree. $keeper_socket is the socket unit
# that hands the service its listener, or empty; $keeper_by is `run` where belay.yml says how it is started, else `unit`.
# Needs keeper-systemd.sh, unit-address.sh and what rehearse.sh includes.

copy_pids() {
	systemd_pids
}

copy_facts() {
	systemd_facts
}

# What of [Service] goes into the copy: who runs it, in what limits, hardening and environment. Not what acts on more than the copy (folders
# that are removed with it, RemoveIPC=, commands beside the app's), nor what keeps it or orders it.
copied_service='^(User|Group|SupplementaryGroups|DynamicUser|UMask|WorkingDirectory|Type|NotifyAccess'
copied_service="$copied_service|Environment|EnvironmentFile|PassEnvironment|UnsetEnvironment|SetLoginEnvironment|LoadCredential|LoadCredentialEncrypted|SetCredential|SetCredentialEncrypted"
copied_service="$copied_service|Limit[A-Z]+|Memory(Max|High|Min|Low|SwapMax|Limit|DenyWriteExecute)|CPU(Quota|QuotaPeriodSec|Weight|Shares|SchedulingPolicy|SchedulingPriority|SchedulingResetOnFork|Affinity)"
copied_service="$copied_service|IOWeight|IOSchedulingClass|IOSchedulingPriority|TasksMax|Nice|OOMScoreAdjust|TimerSlackNSec|NUMAPolicy|NUMAMask"
copied_service="$copied_service|NoNewPrivileges|SecureBits|CapabilityBoundingSet|AmbientCapabilities|Protect[A-Za-z]+|Private[A-Za-z]+|Restrict[A-Za-z]+|SystemCall[A-Za-z]+|LockPersonality|Personality|KeyringMode|ProcSubset"
copied_service="$copied_service|ReadWritePaths|ReadOnlyPaths|InaccessiblePaths|ExecPaths|NoExecPaths|TemporaryFileSystem|BindPaths|BindReadOnlyPaths|MountFlags|MountAPIVFS|MountImages"
copied_service="$copied_service|Device(Policy|Allow)|IPAddress(Allow|Deny)|SocketBind(Allow|Deny)|AppArmorProfile|SELinuxContext|SmackProcessLabel|NetworkNamespacePath|IgnoreSIGPIPE|CoredumpFilter"
copied_service="$copied_service|ExecStart)\$"
# What of [Socket]: the listener itself, and who may connect.
copied_socket='^(ListenStream|Socket(User|Group|Mode)|DirectoryMode|Backlog|BindIPv6Only|FileDescriptorName|NoDelay|KeepAlive[A-Za-z]*|FreeBind|Transparent|Broadcast|ReceiveBuffer|SendBuffer|IPTOS|IPTTL|Priority|ReusePort|DeferAcceptSec)$'

# unit_copy UNIT SECTION KEYS FROM TO BY: the lines of a section that are copied, the address in them replaced; into the file
# told `hits N`, and the names that were left out.
unit_copy() {
	systemctl cat --no-pager -- "$1" | SECTION="[$2]" KEYS=$3 FROM=$4 TO=$5 BY=$6 UNIT=$1 TOLD=$notes/told awk "$unit_awk"'
		# The copy has a name of its own: what stands for the name is said.
		function named(text, out, at, letter, base, instance) {
			base = ENVIRON["UNIT"]
			sub(/\.service$|\.socket$/, "", base)
			instance = base ~ /@/ ? base : ""
			sub(/^[^@]*@/, "", instance)
			prefix = base
			sub(/@.*$/, "", prefix)
			out = ""
			while ((at = index(text, "%")) > 0) {
				letter = substr(text, at + 1, 1)
				out = out substr(text, 1, at - 1)
				if (letter == "n") out = out ENVIRON["UNIT"]
				else if (letter == "N") out = out base
				else if (letter == "p" || letter == "P") out = out prefix
				else if (letter == "i" || letter == "I") out = out instance
				else out = out "%" letter
				text = substr(text, at + 2)
			}
			return out text
		}
		/^\[/ { inside = $0 == ENVIRON["SECTION"]; next }
		/^[ \t]*([#;]|$)/ { next }
		{ line = joined($0) }
		!inside || line !~ /=/ { next }
		{
			key = line
			sub(/[ \t]*=.*$/, "", key)
			sub(/^[^=]*=[ \t]*/, "", line)
			if (key !~ ENVIRON["KEYS"] || (key ~ /^(ExecStart|Type|NotifyAccess)$/ && ENVIRON["BY"] == "run")) {
				if (key !~ /^(ExecStart|Type|NotifyAccess)$/ && !told[key]++) left = left " " key
				next
			}
			line = named(line)
			if (key ~ /^(ExecStart|Environment|ListenStream)$/ && ENVIRON["FROM"] != "") {
				line = moved(line, ENVIRON["FROM"], ENVIRON["TO"])
				# A copy is for this host alone.
				if (ENVIRON["TO"] !~ /^\//) gsub("(0\\.0\\.0\\.0|\\[::\\]|\\*):" ENVIRON["TO"], "127.0.0.1:" ENVIRON["TO"], line)
				if (key == "ListenStream" && line == ENVIRON["TO"] && line !~ /^\//) line = "127.0.0.1:" line
			}
			print key "=" line
		}
		END { print "hits " hits + 0 "\nleft" left >>ENVIRON["TOLD"] }'
}

# Files of variables are read by root, before the app's own view of the host: of those that lie below the app's path the staged
# one, and each with the address replaced. Reads the unit's lines, prints them.
with_variables() {
	count=0
	while IFS= read -r line; do
		case $line in
		EnvironmentFile=*[*%?]*) ;;
		EnvironmentFile=?*)
			optional=
			file=${line#*=}
			case $file in -*) optional=- file=${file#-} ;; esac
			case $file in
			"$path"/*) [ ! -f "$base/$tree/${file#"$path"/}" ] || file=$base/$tree/${file#"$path"/} ;;
			esac
			if [ -f "$file" ]; then
				count=$((count + 1))
				(umask 077 && timeout 10 head -c 1048576 -- "$file" | FROM=$from TO=$to TOLD=$notes/told awk "$unit_awk"'
					{ print ENVIRON["FROM"] == "" ? $0 : moved($0, ENVIRON["FROM"], ENVIRON["TO"]) }
					END { print "hits " hits + 0 >>ENVIRON["TOLD"] }' >"$notes/variables-$count")
				line="EnvironmentFile=$optional$notes/variables-$count"
			fi
			;;
		esac
		printf '%s\n' "$line"
	done
}

# There the path's own name leads to the staged tree.
live_of_copy() {
	printf '%s\n' "$base/$rehearsal/live"
}

boot_copy() {
	from=$live_at to=$spare_at
	[ "$keeper_by" != run ] || from=
	mkdir -- "./$rehearsal/live"
	chmod 755 -- "./$rehearsal/live"
	file=/run/systemd/system/$keeper_name
	if [ -n "$keeper_socket" ]; then
		printf '[Unit]\nDescription=Rehearsal of release %s\nCollectMode=inactive-or-failed\nBindsTo=%s\n[Socket]\n' "$release" "$keeper_name"
		unit_copy "$keeper_socket" Socket "$copied_socket" "$from" "$to" unit
	fi >"$notes/socket"
	unit_copy "$keeper_unit" Service "$copied_service" "$from" "$to" "$keeper_by" | with_variables >"$notes/service"
	[ "$keeper_by" = run ] || grep -qE '^hits [1-9]' "$notes/told" ||
		die "neither the command of $keeper_unit nor one of its variables names $from any more: plan again"
	view=BindPaths
	# As the app will find it under its own hardening.
	if grep -q '^ProtectSystem=strict' "$notes/service" && ! written_below "$path"; then view=BindReadOnlyPaths; fi
	{
		printf '[Unit]\nDescription=Rehearsal of release %s\nCollectMode=inactive-or-failed\n[Service]\n' "$release"
		cat -- "$notes/service"
		printf '%s=%s:%s\n' "$view" "$(word_of "$base/$tree")" "$(word_of "$path")"
		printf 'BindPaths=%s:%s\n' "$(word_of "$(readlink -f -- "$path" || printf %s "$path")")" "$(word_of "$base/$rehearsal/live")"
		if [ "$keeper_by" = run ]; then
			printf 'ExecStart=/bin/sh %s\n' "$(word_of "$base/$rehearsal/start")"
		else
			sed -n -e 's/^\(BELAY_REHEARSAL\)="1"$/Environment=\1=1/p' -e 's/^\(PYTHONDONTWRITEBYTECODE\)="1"$/Environment=\1=1/p' "./$rehearsal/environment"
		fi
		if [ -n "$runtime" ] && [ -z "$keeper_socket" ]; then printf 'RuntimeDirectory=%s\n' "$runtime"; fi
		how_long
	} | whole "$file" 644
	if [ -n "$keeper_socket" ]; then whole "${file%.service}.socket" 644 <"$notes/socket"; fi
	systemctl daemon-reload
	# Whether it comes up is seen by whoever asks for it.
	if [ -n "$keeper_socket" ]; then systemctl start "${keeper_name%.service}.socket"; fi
	systemctl start --no-block "$keeper_name"
	echo "without $(sed -n 's/^left //p' "$notes/told" | tr ' ' '\n' | sort -u | tr '\n' ' ')"
}

# how_long: a rehearsal ends by itself; what serves for a while is kept up as its own unit would.
how_long() {
	if [ -n "$seconds" ]; then
		printf 'TimeoutStopSec=5\nRuntimeMaxSec=%s\n' "$seconds"
	else
		printf 'TimeoutStopSec=30\nRestart=always\nRestartSec=1\n'
	fi
}

# written_below FOLDER: whether the unit may write there.
written_below() {
	sed -n 's/^ReadWritePaths=//p' "$notes/service" | tr ' ' '\n' | sed 's/^[-+]*//' | while IFS= read -r each; do
		[ -n "$each" ] || continue
		case $1/ in "${each%/}"/*) echo yes ;; esac
	done | grep -q yes
}

# word_of TEXT: as one word of a unit's file.
word_of() {
	printf '"%s"' "$(printf '%s' "$1" | sed 's/%/%%/g; s/["\\]/\\&/g')"
}

end_by_copy() {
	file=/run/systemd/system/$keeper_name
	systemctl stop "${keeper_name%.service}.socket" "$keeper_name" 2>/dev/null || :
	systemctl reset-failed "$keeper_name" 2>/dev/null || :
	if [ ! -e "$file" ]; then return 0; fi
	rm -f -- "$file" "${file%.service}.socket"
	systemctl daemon-reload
}
