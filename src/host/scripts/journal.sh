# shellcheck disable=SC2154 # variables of state.sh
# belay:with state.sh
# What a deployment's steps wrote on the host, from its journal, the oldest step first.
# Fields: path deployment, which is empty for the latest
# Output: `folder <where the journal is>`, then for each step: `op <number> <name> <exit status, or - while it runs> <lines it wrote>`, then its last lines, each after `| `.
# Exit status 66 where there is none.
set -u
export LC_ALL=C
fields "$1" path deployment
if ! state_of "$path"; then
	echo "$state_why" >&2
	exit 1
fi
journal=$own/journal
echo "folder $journal"

if [ -z "$deployment" ]; then
	highest=0
	for folder in "$journal"/*/*/; do
		number=${folder%/*/}
		number=${number##*/}
		case $number in *[!0-9]*) continue ;; esac
		[ "$number" -le "$highest" ] || highest=$number
	done
	deployment=$(sed -n 's/^deployment=//p' "$journal/$highest"/*/begin 2>/dev/null | head -n 1)
fi
[ -n "$deployment" ] || exit 66

# By their times: a way back has numbers of its own. What is listed are names of belay's own making.
# shellcheck disable=SC2012
grep -lxF -- "deployment=$deployment" "$journal"/*/*/begin 2>/dev/null | tr '\n' '\0' | xargs -0 -r ls -1tr -- | {
	found=
	while IFS= read -r begin; do
		found=1
		folder=${begin%/begin}
		status=-
		[ ! -s "$folder/exit" ] || read -r status <"$folder/exit"
		number=${folder%/*}
		printf 'op %s %s %s %s\n' "${number##*/}" "${folder##*/}" "$status" "$(wc -l <"$folder/output")"
		tail -n 1000 "$folder/output" | cut -c 1-1000 | sed 's/^/| /'
	done
	[ -n "$found" ] || exit 66
}
