# shellcheck shell=sh disable=SC2154 # fields of the script that includes this, variables of keeper.sh
# What a release is started by is laid down. Needs state.sh, keeper.sh and start-files.sh.

# prepare_start: reads stdin: the environment, then what the keeper's `place` reads, each as `<bytes>\n<text>`. Where early is set, the old
# version still runs; a keeper that cannot be prepared beside it unsets it.
prepare_start() {
	(umask 077 && mkdir -p -- "$record")
	if [ ! -s "$record/$definition" ] || ! grep -qsxF -e "$as_before" "$record/environment"; then as_before=; fi
	part "$record/environment" 600
	if [ -z "$as_before" ] || ! grep -qsxF -e "kind=$keeper_kind" "$record/keeper"; then
		printf '%s\n' "$keeper" | whole "$record/keeper" 600
	fi
	"${keeper_kind}_place"
	lay_start "$release" || die "$place.belay/releases/$release/start cannot be laid down"
}
