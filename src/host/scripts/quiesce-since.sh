# shellcheck shell=sh disable=SC2034,SC2154 # own set by state.sh, boot by common.sh
# belay:with state.sh processes.sh places.sh as-user.sh kept.sh cron-lines.sh pm2.sh stops.sh start-again.sh pm2-entry.cjs
# Keeps what the plan has not seen, because it came since, as back-up.sh keeps what that has, and stops what conflicts with the app; what
# serves is for stop.sh.
# Fields: deployment; then a record of each, as back-up.sh reads it, with passing, not empty where the way back leaves it
set -eu
umask 077
fields "$1" deployment
shift
op_state
backup_required "$own" "$deployment"
boot_id

changed() {
	die "$*: it has just come, and changes still; deploy again"
}

# keep_since RECORD: as the last of what stops. One that was cut off is kept anew.
keep_since() {
	record=${1%"$belay_newline"}
	index=0
	for stop in "$backup"/stops/*; do
		index=$((index + 1))
		if [ -f "$stop/record" ] && [ "$(kept "$stop" record)" = "$record" ]; then return 0; fi
	done
	stop=$backup/since.new
	rm -rf -- "$stop"
	mkdir -- "$stop"
	keep "$stop" record "$record"
	keep_fields "$stop" "$1" role kind label
	fields_as since_ "$1" passing
	kind=$(kept "$stop" kind)
	if [ -n "$since_passing" ]; then
		keep_fields "$stop" "$1" pid ticks boot
	else
		"keep_$kind" "$stop" "$1"
	fi
	mv -T -- "$stop" "$backup/stops/$(printf %03d "$index")"
}

for each; do
	keep_since "$each"
done
for stop in "$backup"/stops/*; do
	if [ ! -f "$stop/record" ] || [ "$(kept "$stop" role)" != conflict ]; then continue; fi
	"stop_$(kept "$stop" kind)" "$stop"
	: >"$stop/stopped"
done
