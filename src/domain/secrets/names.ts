/** What a name has to hold, anywhere, to be a secret's. */
const telling =
  /passw|passphrase|passcode|secret|token|credential|api[_.-]?key|access[_.-]?key|private[_.-]?key|jwt|cookie|signature|authorization|session[_.-]?id|sessid|csrf|xsrf/;
/** What one of its parts has to be. */
const tellingPart =
  /(^|[^a-z0-9])([a-z0-9]*(pass|pwd|keys?|auth|creds?|dsn)|pw|psk|sig|otp|pin|salt|pat|sid)([^a-z0-9]|$)/;
/** What says that a name is of something about a secret, or of a file. */
const aboutOne =
  /(files?|path|dir|url|uri|endpoint|host|port|type|names?|length|len|count|size|ttl|limit|errors?|exception|warning|failed|failure|expired|expires|expiry|invalid|denied|missing|required|mismatch|not_?found|policy|class|method|algorithm|alg|timeout|[.](pyc?|[cm]?[jt]sx?|rb|php|go|rs|java|json|ya?ml|conf|toml|html?|sh|md|txt|css|log|pem|crt|pub|svg|png))$/;
/** An exception’s name. */
const faultOfOne =
  /(^|[.])(invalid|bad|missing|expired|unknown|wrong|no)(password|token|secret|signature|credentials?|key|auth|cookie|jwt)[a-z]*$/;

/**
 * How surely a word names a secret: 2 where it could hardly name anything else, 1 where what is assigned to it is one, 0
 * where it names none. redact.sh has the same rules.
 */
export function secretName(word: string): 0 | 1 | 2 {
  const name = asciiLower(word).replace(/^.*\//, '');
  if (aboutOne.test(name) || faultOfOne.test(name)) return 0;
  if (telling.test(name)) return 2;
  return tellingPart.test(name) ? 1 : 0;
}

/** As awk does in the C locale: letters beyond ASCII stay. */
export function asciiLower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
