# shellcheck shell=sh
# A file of variables that stays on the host. Also lies beside a release whose start script reads its environment itself.

# exports_of FILE: a file of variables in the format of systemd's EnvironmentFile= (systemd.exec(5)) as shell code.
exports_of() {
	awk '
		function word(text) { gsub(/\047/, "\047\\\047\047", text); return "\047" text "\047" }
		{ line = line $0 }
		/\\$/ { line = substr(line, 1, length(line) - 1); next }
		{
			text = line
			line = ""
			sub(/^[ \t]+/, "", text)
			at = index(text, "=")
			if (text ~ /^[#;]/ || at < 2) next
			name = substr(text, 1, at - 1)
			sub(/[ \t]+$/, "", name)
			if (name !~ /^[A-Za-z_][A-Za-z0-9_]*$/) next
			text = substr(text, at + 1)
			sub(/^[ \t]+/, "", text)
			first = substr(text, 1, 1)
			value = ""
			for (i = first ~ /["\047]/ ? 2 : 1; i <= length(text); i++) {
				c = substr(text, i, 1)
				if (c == first && first ~ /["\047]/) break
				if (c == "\\" && first != "\047") {
					i++
					next_c = substr(text, i, 1)
					if (first == "\"" && next_c !~ /["\\$`]/) value = value "\\"
					c = next_c
				}
				value = value c
			}
			if (first !~ /["\047]/) sub(/[ \t]+$/, "", value)
			print "export " name "=" word(value)
		}' "$1"
}
