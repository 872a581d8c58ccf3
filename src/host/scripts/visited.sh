# shellcheck shell=sh disable=SC2154 # way of places.sh
# belay:with places.sh
# Which pages visitors ask for, by nginx's access log: what was answered well at least twice, the most asked first. Of a line nothing but
# a path leaves the host, and that only where each part of it is words: no query, nothing that may be a person's, a secret or a key, no
# page that does something when it is asked for, none of an asset. Changes nothing.
# Fields: file; status and host, expressions of what stands before them in a line, or nothing, where the host may be that of the page that led there; name, the host name that counts where the
# expression tells it; place, the path below which the app is
# Output: `lines N`, those that made sense; `unreadable`, where the log may not be read; then `page COUNT PATH`
set -u
export LC_ALL=C
fields "$1" file status host name place
# The end of the log, and as much of the one that was put aside last.
most=4194304

# end_of FILE: over no link that somebody else may have planted, and as whom its folder belongs to.
end_of() (
	straight "$1" && cd -P -- "${way%/*}/" && [ -f "./${way##*/}" ] || exit 1
	# shellcheck disable=SC2016 # for the shell that reads as that user
	as_owner timeout 10 sh -c '
		exec 3<"./${1##*/}" && [ "$(readlink /proc/self/fd/3)" = "$1" ] || exit 1
		tail -c "$2" <&3 | head -c "$2"' sh "$way" "$most"
) 2>/dev/null

ends() {
	end_of "$file.1"
	end_of "$file" || echo unreadable
}

ends | STATUS=$status HOST=$host NAME=$name PLACE=${place%/} awk '
	function behind(line, expression) {
		return expression != "" && match(line, expression) ? substr(line, RSTART + RLENGTH, 200) : ""
	}
	# Words as people give them to pages, with few digits: neither a number, a code nor a name of somebody.
	function is_word(part, digits) {
		if (part !~ /^[A-Za-z][A-Za-z0-9_-]*([.](html?|php|aspx?|jsp))?$/ || length(part) > 40) return 0
		digits = gsub(/[0-9]/, "", part)
		if (digits > 2) return 0
		# A key of letters alone: long, and in no words; or upper and lower case in turns.
		if (part ~ /[A-Za-z][A-Za-z][A-Za-z][A-Za-z][A-Za-z][A-Za-z][A-Za-z][A-Za-z][A-Za-z][A-Za-z][A-Za-z][A-Za-z][A-Za-z][A-Za-z][A-Za-z][A-Za-z][A-Za-z]/) return 0
		return part !~ /[a-z][A-Z]+[a-z]+[A-Z]/ && tolower(part) !~ /[bcdfghjklmnpqrstvwxz][bcdfghjklmnpqrstvwxz][bcdfghjklmnpqrstvwxz][bcdfghjklmnpqrstvwxz][bcdfghjklmnpqrstvwxz]/
	}
	# Whose further parts are somebody or something secret, or which do something.
	function acts(part) {
		return tolower(part) ~ /^(log|sign)[-_]?(out|off)|^(un)?subscri|^(delete|remove|destroy|drop|confirm|activate|verif|reset|recover|token|invit|shar|magic|callback|oauth|saml|sso|auth|webhook|hook|cron|run|trigger|export|download|users?$|u$|profiles?$|accounts?$|members?$|orders?$|invoices?$|cart|checkout|pay|password|secret|private|key|session|api[-_]?key|wp-|phpmyadmin|cgi-bin|server-status|metrics$)/
	}
	$0 == "unreadable" { print; next }
	{
		line = substr($0, 1, 4096)
		if (index(line, "belay (asks as visitors do ") || index(line, "\"belay\"")) next
		if (!match(line, /"[A-Z]+ [^ "]+ HTTP/)) next
		split(substr(line, RSTART + 1, RLENGTH - 1), word, " ")
		after = substr(line, RSTART + RLENGTH)
		answer = substr(behind(line, ENVIRON["STATUS"]), 1, 4)
		if (answer !~ /^[1-5][0-9][0-9]([^0-9]|$)/ && match(after, /^[^"]*" [1-5][0-9][0-9] /))
			answer = substr(after, RSTART + RLENGTH - 4, 3)
		if (answer !~ /^[1-5][0-9][0-9]/) next
		lines++
		if (word[1] != "GET" || answer !~ /^2/) next
		if (ENVIRON["HOST"] != "") {
			asked = behind(line, ENVIRON["HOST"])
			sub(/^https?:\/\//, "", asked)
			sub(/[^A-Za-z0-9.-].*$/, "", asked)
			if (tolower(asked) != tolower(ENVIRON["NAME"])) next
		}
		path = word[2]
		sub(/[?#].*$/, "", path)
		if (path != ENVIRON["PLACE"] && index(path, ENVIRON["PLACE"] "/") != 1) next
		if (path ~ /\/\// || length(path) > 120) next
		n = split(substr(path, 2), part, "/")
		good = path ~ /^\//
		for (i = 1; i <= n && good; i++) {
			if (part[i] == "" && i == n) continue
			good = is_word(part[i]) && !acts(part[i])
		}
		if (good) asked_for[path]++
	}
	END {
		print "lines", lines + 0
		for (path in asked_for) if (asked_for[path] >= 2) print "page", asked_for[path], path
	}' | sort -k1,1 -k2,2nr -k3,3 | head -n 14
