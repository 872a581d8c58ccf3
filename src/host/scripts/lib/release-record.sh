# shellcheck shell=sh
# A release's own record, release.json in its folder of belay's own state (ReleaseRecord of src/domain/app/release.ts).

# outcome_of FOLDER: empty where there is no record.
outcome_of() {
	[ -f "$1/release.json" ] || return 0
	sed -n 's/.*"outcome"[[:space:]]*:[[:space:]]*"\([a-z]*\)".*/\1/p' "$1/release.json" | head -n 1
}

# set_outcome FOLDER OUTCOME: nothing where there is no record.
set_outcome() {
	[ -f "$1/release.json" ] || return 0
	belay_record=$(sed 's/"outcome"[[:space:]]*:[[:space:]]*"[a-z]*"/"outcome": "'"$2"'"/' "$1/release.json") || return
	printf '%s\n' "$belay_record" | whole "$1/release.json" 600
}
