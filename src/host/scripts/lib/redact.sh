# shellcheck shell=sh disable=SC2154 # redact_words of redact-words.sh
# redact: stdin without what a name in front of it or its shape tells to be a secret. The rules are those of
# src/domain/secrets/, and one table tests both; they work with mawk, gawk and busybox, in time that grows with the text.
# belay:with redact-words.sh

redact() {
	# A word of two lines at a NUL, as in an environment; bytes, so that no text is too odd.
	tr '\000' '\n' | LC_ALL=C awk "$redact_words"'
BEGIN {
	M = "[redacted]"
	BLANKS = " \t\r\f\v"; QUOTES = "\"\047`"; ENDS = BLANKS QUOTES "<>"
	shapes_of_secrets()
	block = -1; named = 9
}
# The tokens: words at odd places, the delimiters between them at even ones.
function is(i, of) { return i > 0 && i <= n && t[i] != "" && index(of, t[i]) > 0 }
function blank(i) { return is(i, BLANKS) }
function quote(i) { return is(i, QUOTES) }
function past_blanks(k, v) {
	v = k + 1
	while (t[v] == "" && blank(v + 1)) v += 2
	return v
}
function find(k, of) {
	while (k <= n && !is(k, of)) k += 2
	return k
}
function end_of_word(v, also, end) {
	end = find(v + 1, ENDS also)
	while (end - 2 > v && t[end - 1] == "" && is(end - 2, ",;)}]")) end -= 2
	return end
}
function hide(from, to, kept, k) {
	if (from > n) return n + 1
	if (to <= from + 1 && t[from] == "") return to + 1
	for (k = from; k < to && k <= n; k++) t[k] = ""
	t[from] = kept M
	return to + 1
}
function hide_next(k, v, escaped, mark, end) {
	v = past_blanks(k)
	while (t[v] == "" && is(v + 1, "\\")) { v += 2; escaped = 1 }
	if (t[v] != "" || !quote(v + 1)) return hide(v, end_of_word(v, ""))
	mark = t[v + 1]
	for (end = v + 3; end <= n; end += 2)
		if (t[end] == mark && (escaped || !(t[end - 1] == "" && is(end - 2, "\\")))) break
	if (escaped) while (end - 2 > v + 2 && t[end - 1] == "" && is(end - 2, "\\")) end -= 2
	return hide(v + 2, end < n ? end : n + 1)
}
function after_scheme(v) {
	return tolower(t[v]) ~ /^(bearer|basic|token|digest|apikey|negotiate)$/ && blank(v + 1) ? past_blanks(v + 1) : v
}
function of_scheme(i, lower, v) {
	if (lower !~ /^(bearer|basic)$/ || !blank(i + 1)) return 0
	v = past_blanks(i + 1)
	return size(t[v]) >= 6 && mixed(t[v]) ? hide(v, end_of_word(v, "")) : 0
}
function of_prose(v, before, end, k, long) {
	if (tolower(t[v]) ~ /^(is|was|of|for|with|value|are|to|using)$/ && blank(v + 1)) v = past_blanks(v + 1)
	if (t[v] == "" && quote(v + 1)) {
		if (before == "unexpected") return 0
		end = find(v + 3, t[v + 1])
		for (k = v + 2; k < end && k <= n; k++) long += size(t[k])
		return long > 3 ? hide(v + 2, end) : 0
	}
	if (index(t[v], "/")) return 0
	if (t[v] ~ /[0-9]/ && t[v] ~ /[A-Za-z]/ && size(t[v]) >= 6) return hide(v, end_of_word(v, ""))
	return t[v] ~ /[a-z]/ && t[v] ~ /[A-Z]/ && size(t[v]) >= 16 ? hide(v, end_of_word(v, "")) : 0
}
function opens(v) {
	if (v >= n && t[v] == "") opened = "word"
	else if (t[v] == "" && is(v + 1, "|>") && v + 2 >= n && t[v + 2] ~ /^[-+0-9]*$/) opened = "text"
	return opened != ""
}
function of_sign(i, k, lower, quoted, colon, v, end) {
	colon = is(k, ":")
	while (t[k + 1] == "" && is(k + 2, "=>")) k += 2
	v = past_blanks(k)
	if (colon && opens(v)) return 0
	if (t[v] ~ /^[bBuUrRfF]+$/ && length(t[v]) < 3 && quote(v + 1)) t[v] = ""
	if (t[v] == "" && (quote(v + 1) || is(v + 1, "\\"))) {
		if (lower == "key" && quote(v + 3) && t[v + 2] ~ /^[A-Za-z_.-]+$/ && secret_name(t[v + 2])) return v + 2
		return hide_next(k)
	}
	if (lower ~ /(authorization|cookie)$/ && colon && !quoted) {
		end = quote(i - 1) ? find(v + 1, t[i - 1]) : n + 1
		return hide(after_scheme(v), end)
	}
	if (lower ~ /^(old)?pwd$/ && index(t[v], "/") == 1) return 0
	v = after_scheme(v)
	if (is(v + 1, "(") && t[v + 2] == "" && quote(v + 3)) return hide_next(v + 1)
	if ((v + 1 > n || is(v + 1, ",;)}]" ENDS)) && tolower(t[v]) ~ /^(true|false|null|none|nil|undefined|missing|required|invalid|expired|empty|unset|yes|no)$/) return v + 2
	return hide(v, end_of_word(v, is(i - 1, "?&") ? "&" : ""))
}
function of_name(i, lower, before, login, at, value, sure, k, quoted, closed, v) {
	at = match(lower, /%3[ad]/)
	if (at && secret_name(substr(lower, 1, at - 1))) {
		t[i] = substr(t[i], 1, at + 2) M
		return i + 2
	}
	value = lower == "value" && (was_named || names)
	sure = value ? 1 : secret_name(lower)
	if (!sure) return of_scheme(i, lower)
	if (is(i - 1, "<") && is(i + 1, ">")) return hide(i + 2, find(i + 3, "<"))
	k = i + 1
	while (is(k, "\\]" QUOTES) && t[k + 1] == "") {
		if (quote(k)) quoted = 1
		k += 2
	}
	closed = k
	while (blank(k) && t[k + 1] == "") k += 2
	if (is(k, "=:") && !(is(k, ":") && index(lower, "/"))) {
		if (is(k, ":") && t[k + 1] == "" && is(k + 2, ":")) return 0
		return of_sign(i, k, lower, quoted)
	}
	if (quoted && is(k, ",") && (index(lower, "-") == 1 || is(i - 3, "(["))) {
		v = past_blanks(k)
		if (quote(v + 1)) return hide_next(k)
	}
	if (blank(closed) && !quoted) {
		v = past_blanks(closed)
		if (index(lower, "-") == 1 ? index(t[v], "-") != 1 : login) return hide_next(closed)
		if (sure == 2) {
			v = of_prose(v, before)
			if (v) return v
		}
	}
	if (!value) names = 1
	return 0
}
function of_client(i, client, option, user, v) {
	option = substr(client, 1, 2)
	if (option != "" && index(t[i], option) == 1 && length(t[i]) > 2) {
		t[i] = option
		return hide(i, end_of_word(i, ""), option)
	}
	if (length(client) > 2 && t[i] == option && blank(i + 1)) return hide_next(i + 1)
	if (!match(t[i], /^(-[uU]|--user|--proxy-user)/)) return 0
	user = substr(t[i], 1, RLENGTH)
	if (t[i] != user && length(user) != 2) return 0
	v = i
	if (t[i] == user) {
		v = past_blanks(i + 1)
		if (is(i + 1, "=")) v = i + 2
		if (t[v] == "" && quote(v + 1)) v += 2
	}
	if (v > i && is(v + 1, ":") && index(t[v + 2], "//") != 1) return hide(v + 2, end_of_word(v + 2, ""))
	if (v == i && length(t[i]) > 2 && is(i + 1, ":") && t[i + 2] != "") return hide(i + 2, end_of_word(i + 2, ""))
	return 0
}
function shape_in(i) {
	# A pattern that is put together is read anew each time, by busybox.
	if (t[i] ~ /A[KSGIR][A-Z]A|_|gl[a-z]+-|xox|xapp-|sk-|AIza|ya29|SG[.]|pypi-|hv[bs][.]|AGE-|eyJ|[$]/ && match(t[i], shapes)) {
		t[i] = substr(t[i], 1, RSTART - 1) M
		return 1
	}
	if (match(t[i], /(hooks[.]slack[.]com|discord(app)?[.]com\/api\/webhooks|api[.]telegram[.]org|webhook[.]office[.]com|\/(hook|hooks|webhook|webhooks|robot))\//) && RSTART + RLENGTH <= length(t[i])) {
		t[i] = substr(t[i], 1, RSTART + RLENGTH - 1) M
		return 1
	}
	return t[i] ~ /(^|[\/])(bot)?[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]+$/ && is(i + 1, ":") && size(t[i + 2]) >= 30
}
function credentials(i, last, body, user, k) {
	last = last_at[i]
	if (index(t[i], "//") != 1 || !last || !is(i - 1, ":")) return i
	body = substr(t[i], 3)
	user = body
	sub(/\/.*$/, "", user)
	if (!index(user, "@") && !(user == body && last > i && !is(i + 1, "?#"))) return i
	body = t[last]
	sub(/^.*@/, "@", body)
	for (k = i; k < last; k++) t[k] = ""
	t[last] = "//" M body
	return last
}
function shown(line, i, last, before, client, login, lower, next_at, all, found) {
	opened = ""; names = 0
	if (line == "") return ""
	gsub(/[] \t\r\f\v"\047`<>=:,;&|(){}[?#\\]/, "\n&\n", line)
	n = split(line, t, "\n")
	for (i = n; i >= 1; i--) {
		if (i % 2 == 0) { if (is(i, ENDS)) last = 0 }
		else if (!last && index(t[i], "@")) last = i
		last_at[i] = last
	}
	for (i = 1; i <= n; i += 2) {
		if (is(i - 1, "|;&(")) client = ""
		if (t[i] == "") continue
		i = credentials(i)
		if (shape_in(i)) {
			if (is(i + 1, ":") && t[i + 2] != "") i = hide(i + 2, end_of_word(i + 2, "")) - 2
			continue
		}
		lower = tolower(t[i])
		found = client_of(lower)
		if (found != "") client = found
		next_at = of_client(i, client)
		if (!next_at) next_at = of_name(i, lower, before, login)
		if (lower == "login") login = 1
		before = lower
		if (next_at) i = next_at - 2
	}
	# Joined in pairs: one word after the other would copy the whole line each time.
	while (n > 1) {
		last = 0
		for (i = 1; i <= n; i += 2) t[++last] = i < n ? t[i] t[i + 1] : t[i]
		n = last
	}
	return t[1]
}
{
	gsub(/\033\[[0-9;]*m/, "")
	end = last_of($0, "-----END ")
	if (key_lines > 0) {
		key_lines--
		if (end) { key_lines = 0; print M; print shown(substr($0, end)); next }
		if (of_key($0)) next
		key_lines = 0
	}
	if (match($0, /-----BEGIN [A-Z0-9 ]*(PRIVATE KEY|SECRET|PGP)[A-Z0-9 ]*-----/)) {
		at = RSTART
		kept = substr($0, RSTART, RLENGTH) M
		if (end < at) { key_lines = 100; print shown(substr($0, 1, at - 1)) kept }
		else print shown(substr($0, 1, at - 1)) kept shown(substr($0, end))
		next
	}
	text = trimmed($0)
	if (length(text) >= 60 && text ~ /^[A-Za-z0-9+\/_-]+=?=?$/ && text ~ /[A-Z]/ && text ~ /[a-z]/ && text ~ /[0-9]/) { print M; next }
	if (block >= 0 && text != "") {
		deep = indent($0)
		sub(/^- /, "", text)
		if (deep > block && !(one_word && index(text, " "))) { print substr($0, 1, deep) M; next }
		block = -1
	}
	named++
	was_named = named <= 2
	text = shown($0)
	if (names) named = 0
	if (opened != "") { block = indent($0); one_word = opened == "word" }
	print text
}'
}
