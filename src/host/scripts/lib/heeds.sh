# shellcheck shell=sh disable=SC2034 # for the scripts that include this
# Whether a release tells a rehearsal from the real thing: what it leaves off then must not run twice.

# For sh -c, as the app's user, in a release's tree: prints the files that name the variable, three at most; documents and
# dependencies are passed over.
heeding='find . \( -name .venv -o -name venv -o -name node_modules \) -prune -o \
	-type f ! -name "*.md" ! -name "*.rst" ! -name "*.txt" ! -name belay.yml -exec grep -lF BELAY_REHEARSAL {} + 2>/dev/null |
	sed -n "s#^\./##p" | head -n 3'
