# shellcheck shell=sh disable=SC2034 # for the scripts that include this
# Where a unit's own text says at which address it listens.

# Functions of awk. lines_of_unit joins lines that go on; moved gives a text with the address `from` replaced by `to`, wherever it
# stands as a word of its own, and counts in hits.
unit_awk='
	function joined(line) {
		while (line ~ /\\$/ && (getline more) > 0) {
			if (more ~ /^[ \t]*[#;]/) continue
			sub(/\\$/, " ", line)
			line = line more
		}
		return line
	}
	function moved(text, from, to, out, at, before, after) {
		if (from ~ /^\//) {
			gsub(/%t\//, "/run/", text)
			gsub(/\/var\/run\//, "/run/", text)
		}
		out = before = ""
		while ((at = index(text, from)) > 0) {
			if (at > 1) before = substr(text, at - 1, 1)
			after = substr(text, at + length(from), 1)
			if (before ~ /[0-9A-Za-z_.-]/ || after ~ /[0-9A-Za-z_-]/ || (from ~ /^\// && after ~ /[.\/]/)) {
				out = out substr(text, 1, at + length(from) - 1)
			} else {
				out = out substr(text, 1, at - 1) to
				hits++
			}
			before = substr(from, length(from))
			text = substr(text, at + length(from))
		}
		return out text
	}'
