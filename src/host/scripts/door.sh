# shellcheck shell=sh disable=SC2154 # variables of common.sh
# belay:with state.sh redact.sh
# The one door: every change to the host goes through here (door.ts). It records the op, starts it, follows it, and says how it ended.
# Fields: path number deployment op rerun limit separator; after, the op of the same number that has to succeed first, or nothing; then the
# op's arguments.
# Stdin, each as `<bytes>\n<text>`: the op's input; its script, the runner and the word `whole`, separated.
# Prints `<exit status or refusal> <how>`, then the output or, after a refusal, the folder of belay's own on a line and the
# owner or the reason.
set -u
umask 077
fields "$1" path number deployment op rerun limit separator after
shift

answer() {
	printf '%s %s\n' "$1" "$2"
	# Cut only after redaction, or a value could be left without the word that gives it away.
	[ ! -s "$journal/output" ] || tail -c 65536 "$journal/output" | redact | tail -c 16384
	exit 0
}

refuse() {
	printf '%s -\n%s\n' "$1" "$own"
	case $1 in
	fenced | busy) tell_owner ;;
	*) printf '%s\n' "$2" ;;
	esac
	exit 0
}

# recorded: whether the op ended; sets status.
recorded() {
	status=
	[ -s "$journal/exit" ] && read -r status <"$journal/exit"
}

settled() {
	recorded && { [ "$status" -eq 0 ] || [ "$rerun" = never ]; }
}

# receive: the op's script, the runner and the op's input from stdin, into variables.
receive() {
	input=
	IFS= read -r bytes || bytes=0
	if [ "$bytes" -gt 0 ]; then
		input=$(
			dd bs="$bytes" count=1 iflag=fullblock 2>/dev/null
			echo x
		)
		input=${input%x}
	fi
	# Script and runner come as one text: one fork fewer. Field splitting is the only way for sh to part a long text in
	# linear time.
	IFS= read -r bytes || bytes=0
	text=$(dd bs="$bytes" count=1 iflag=fullblock 2>/dev/null)
	set -f
	IFS=$separator
	# shellcheck disable=SC2086
	set -- $text
	unset IFS
	set +f
	[ "${3-}" = whole ] || refuse incomplete "the op did not arrive whole"
	script=$1 runner=$2
}

# occupy: makes the journal's folder and waits until nobody runs this op; descriptor 9 then holds `running`.
occupy() {
	[ -d "$journal" ] || mkdir -p "$journal" || return 1
	command exec 9>>"$journal/running" || return 1
	followed=
	flock -n 9 && return 0
	followed=1
	flock 9
}

# keep_attempt: an earlier attempt's files stay, as output.1, exit.1 and so on; the ninth is replaced.
keep_attempt() {
	attempt=1
	while [ "$attempt" -lt 9 ] && [ -e "$journal/output.$attempt" ]; do attempt=$((attempt + 1)); done
	for file in output exit; do
		[ ! -e "$journal/$file" ] || mv "$journal/$file" "$journal/$file.$attempt" || return 1
	done
}

# record: everything the runner needs, before it begins. Fails where the disk is full.
record() {
	boot_id
	if [ "$rerun" = failed ]; then
		# An undo must not find out halfway that its output has no room.
		printf '%65536s' '' >"$journal/room" && printf '' >"$journal/room" || return 1
	fi
	printf 'op=%s\nboot=%s\ndeployment=%s\n' "$op" "$boot" "$deployment" >"$journal/begin" &&
		printf '%s' "$script" >"$journal/script" &&
		printf '%s' "$runner" >"$journal/runner" &&
		printf '%s' "$input" >"$journal/input" &&
		printf '' >"$journal/output" &&
		printf '' >"$journal/refused" &&
		printf '' >"$journal/pid" &&
		# Room for the exit status, so that a disk that fills up meanwhile cannot lose it.
		printf '%-10s\n' '' >"$journal/exit.new"
}

prepare() {
	occupy || return 1
	if recorded && [ -n "$followed" ]; then answer "$status" followed; fi
	if settled; then answer "$status" found; fi
	how=ran
	if [ -e "$journal/begin" ]; then
		how=repeated
		end_op "$journal" 5
		keep_attempt || return 1
	fi
	record
}

state_of "$path" || refuse "$state_fault" "$state_why"
spare_base "$own"
journal=$own/journal/$number/$op
# The spare journal is in use from the moment the disk was found full.
if [ -d "$spare/journal/$number/$op" ]; then
	roots_alone /run /run/belay "$spare" || refuse damaged "$state_why: expected folders that are root's alone down to $spare"
	journal=$spare/journal/$number/$op
fi

if settled; then answer "$status" found; fi

receive
# Nobody ever drew a number for it: an app's folder that was renamed, say, has another.
if [ ! -e "$own/owner" ]; then
	read_owner "$own"
	refuse fenced
fi
if ! prepare; then
	[ "$rerun" = failed ] || refuse unwritable "$journal cannot be written; df says $(df -Pk "$own" 2>&1 | tail -n 1)"
	exec 9>&-
	journal=$spare/journal/$number/$op
	prepare || refuse unwritable "neither $own nor $spare can be written"
fi

# Descriptor 9 goes along: `running` is held without a gap for as long as the runner lives.
setsid sh "$journal/runner" "own=$own
journal=$journal
number=$number
deployment=$deployment
after=$after
limit=$limit" "$@" \
	</dev/null >>"$journal/output" 2>&1 &
exec 9>&-
wait "$!"
if recorded; then answer "$status" "$how"; fi
refusal=
if [ -s "$journal/refused" ]; then read -r refusal <"$journal/refused"; fi
read_owner "$own" || refuse damaged "$own/owner makes no sense: expected a line number=<digits>"
refuse "${refusal:-lost}" "the process that ran $op was ended from outside"
