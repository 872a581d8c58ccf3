# shellcheck shell=sh disable=SC2016,SC2154 # for the inner shell; fields
# belay:with as-user.sh
# What of a staged release a user cannot read, ten names at most. Changes nothing.
# Fields: path release user; then the folders of the release, an argument each; an empty one is all of it.
set -eu
fields "$1" path release user
shift
id -u -- "$user" >/dev/null 2>&1 || exit 0
for folder; do
	[ -d "$path.belay/releases/$release/tree/$folder" ] || continue
	as_user "$user" sh -c '
		cd -- "$1" 2>/dev/null || { printf "%s\n" "$1"; exit; }
		find . \( -type d ! -name . -exec sh -c "[ ! -x \"\$1\" ]" sh {} \; -print -prune \) -o \
			-type f -exec sh -c "for each; do [ -r \"\$each\" ] || printf \"%s\n\" \"\$each\"; done" sh {} + 2>/dev/null' \
		sh "$path.belay/releases/$release/tree/$folder" || :
done | head -n 10
