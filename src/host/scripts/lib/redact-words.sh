# shellcheck shell=sh
# What redact knows of words and lines, as functions of awk; the rest, which knows where they stand, is in redact.sh.
# shellcheck disable=SC2034 # for redact.sh

redact_words='function times(of, least, all) {
	while (least-- > 0) all = all of
	return all
}
function shape_of(before, of, least) { shapes = shapes (shapes == "" ? "" : "|") before times(of, least) }
function shapes_of_secrets() {
	shape_of("(AKIA|ASIA|AGPA|AIDA|AROA)", "[0-9A-Z]", 12)
	shape_of("gh[pousr]_", "[0-9A-Za-z]", 16)
	shape_of("github_pat_", "[0-9A-Za-z_]", 16)
	shape_of("gl(pat|ptt|rt|dt|ft|oas|soat|cbt|agent)-", "[0-9A-Za-z_-]", 16)
	shape_of("xox[a-z]-", "[0-9A-Za-z-]", 8)
	shape_of("xapp-", "[0-9A-Za-z-]", 8)
	shape_of("(sk|pk|rk)_(live|test)_", "[0-9A-Za-z]", 8)
	shape_of("sk-", "[0-9A-Za-z_-]", 16)
	shape_of("whsec_", "[0-9A-Za-z]", 8)
	shape_of("AIza", "[0-9A-Za-z_-]", 30)
	shape_of("ya29[.]", "[0-9A-Za-z_-]", 10)
	shape_of("SG[.]", "[0-9A-Za-z_.-]", 20)
	shape_of("npm_", "[0-9A-Za-z]", 30)
	shape_of("pypi-", "[0-9A-Za-z_-]", 16)
	shape_of("dckr_pat_", "[0-9A-Za-z_-]", 16)
	shape_of("hf_", "[0-9A-Za-z]", 20)
	shape_of("hv[bs][.]", "[0-9A-Za-z_-]", 16)
	shape_of("do[opr]_v1_", "[0-9a-f]", 20)
	shape_of("shp[a-z][a-z]_", "[0-9a-fA-F]", 20)
	shape_of("AGE-SECRET-KEY-1", "[0-9A-Z]", 10)
	shape_of("eyJ", "[0-9A-Za-z_-]", 8)
	shape_of("[$](1|2[abxy]|5|6|7|y|gy|argon2[a-z]*|scrypt|apr1)[$]", "[0-9A-Za-z./]", 1)
}
# How surely a word names a secret: 2, 1 or 0.
function secret_name(name) {
	name = tolower(name)
	sub(/^.*\//, "", name)
	if (name ~ /(files?|path|dir|url|uri|endpoint|host|port|type|names?|length|len|count|size|ttl|limit|errors?|exception|warning|failed|failure|expired|expires|expiry|invalid|denied|missing|required|mismatch|not_?found|policy|class|method|algorithm|alg|timeout|[.](pyc?|[cm]?[jt]sx?|rb|php|go|rs|java|json|ya?ml|conf|toml|html?|sh|md|txt|css|log|pem|crt|pub|svg|png))$/) return 0
	if (name ~ /(^|[.])(invalid|bad|missing|expired|unknown|wrong|no)(password|token|secret|signature|credentials?|key|auth|cookie|jwt)[a-z]*$/) return 0
	if (name ~ /passw|passphrase|passcode|secret|token|credential|api[_.-]?key|access[_.-]?key|private[_.-]?key|jwt|cookie|signature|authorization|session[_.-]?id|sessid|csrf|xsrf/) return 2
	return name ~ /(^|[^a-z0-9])([a-z0-9]*(pass|pwd|keys?|auth|creds?|dsn)|pw|psk|sig|otp|pin|salt|pat|sid)([^a-z0-9]|$)/ ? 1 : 0
}
# Bytes beyond ASCII do not count, which elsewhere are fewer characters.
function size(word) {
	gsub(/[^ -~]/, "", word)
	return length(word)
}
function mixed(word) { return word ~ /[0-9]/ || word ~ /[a-z][A-Z]/ }
# The option by which a program takes a password, with + where it may stand apart from it.
function client_of(name) {
	sub(/^.*\//, "", name)
	if (name ~ /^(mysql|mariadb)[a-z_-]*$/ || name ~ /^7z[a-z]?$/) return "-p"
	if (name == "sshpass") return "-p+"
	if (name == "redis-cli") return "-a+"
	if (name ~ /^(un)?zip$/ || name == "sqlcmd") return "-P+"
	return name ~ /^ldap(search|modify|add|whoami)$/ ? "-w+" : ""
}
function trimmed(line) {
	gsub(/^[ \t]+|[ \t\r]+$/, "", line)
	return line
}
function indent(line) {
	match(line, /^[ \t]*/)
	return RLENGTH
}
function last_of(line, mark, at, next_at) {
	at = index(line, mark)
	while (at && (next_at = index(substr(line, at + 1), mark))) at += next_at
	return at
}
function of_key(line) {
	if (line ~ /^[ \t]*(Proc-Type|DEK-Info|Comment|Version): /) return 1
	line = trimmed(line)
	sub(/^.*[ \t]/, "", line)
	return line ~ /^[A-Za-z0-9+\/=]*[\\n"\047,]*$/
}
'
