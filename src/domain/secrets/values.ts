import { pathShape, shape } from './shapes.js';
import { redact } from './text.js';
import { redacted } from './words.js';

/** What stands for what is not shown of a command line. */
export const unshown = '…';

/** Letters of any language: folders are named in them. */
const absolute = /^(?:~[\w-]*|\.{0,2}|\$\{?\w+\}?)?\/[\p{L}\p{N}\p{M}_.@+,:%~*?{}$\\ /-]*$/u;
const extensions =
  'py|pyc|[cm]?[jt]sx?|rb|ru|php|pl|lua|jar|war|sh|bash|so|conf|cfg|cnf|ini|toml|ya?ml|json|xml|properties|env|pem|key|crt|cer|pub|p12|pfx|jks|sock|socket|pid|lock|log|txt|md|html?|css|db|sqlite3?|sql|gz|tgz|tar|zip|service|exe|dll|bin|out|wasm|gemspec';
const withExtension = new RegExp(
  `^(?:[\\p{L}\\p{N}_.@+~-]+/)*[\\p{L}\\p{N}_.@+~-]*\\.(?:${extensions})$`,
  'u',
);
/** `bin/www`: base64 would have capitals and be longer. */
const inFolder = /^[a-z][a-z0-9_.-]{0,30}(?:\/[a-z0-9_.@-]{1,40})+\/?$/;

export function isFile(text: string): boolean {
  return !hasShape(text) && (absolute.test(text) || withExtension.test(text) || inFolder.test(text));
}

/** A file such as keys lie in; what merely looks like a path might be the key itself. */
export function isKeyFile(text: string): boolean {
  return /^(?:\.{1,2}\/|~\/|\/(?:etc|srv|home|opt|var|run|usr|root|app|data|mnt|tmp)\/)/.test(text) ||
    /\.(?:pem|key|crt|cer|p12|pfx|jks|json|pub)$/.test(text)
    ? isFile(text)
    : false;
}

/** Numeric, or `localhost`: nobody's name. */
export function isAddress(text: string): boolean {
  return (
    /^(?:\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?|\[[0-9a-fA-F:.%]*\]|localhost|\*|::1?)?(?::\d{1,5})?$/.test(
      text,
    ) && text !== ''
  );
}

export function isHostName(text: string): boolean {
  return /^(?:[a-z0-9_-]+\.)+[a-z]{2,}(?::\d{1,5})?$/.test(text) && text.length <= 120;
}

/** `3000`, `512m`, `30s`, `0.5`, `1,2`, `022`. */
export function isNumber(text: string): boolean {
  return /^[+-]?\d{1,6}(?:[.,]\d{1,6})?(?:%|[a-zA-Z]{1,3})?$/.test(text);
}

export function isVersion(text: string): boolean {
  return /^v?\d{1,4}(?:\.\d{1,4}){1,3}:?$/.test(text);
}

/** A name as modules, units, classes and users have: `app:app`, `words.wsgi:make()`, `www-data`. */
export function isName(text: string): boolean {
  return /^[A-Za-z_@][\w.:@,/+-]{0,80}(?:\(\))?$/.test(text) && !hasShape(text) && !isOdd(text);
}

/** `$HOME`, `${APP}`, `$1`, `"$@"`: what it stands for is not shown. */
export function isReference(text: string): boolean {
  return /^(?:\$(?:\{\w+\}|\w+|[@*#?!$-])?|%\w|\{\w*\})+$/.test(text);
}

export function hasShape(text: string): boolean {
  return shape.test(text) || pathShape.test(text);
}

/** As no person names anything: long, with digits among capitals and small letters. */
function isOdd(text: string): boolean {
  return text
    .split(/[.:/,@]/)
    .some((part) => part.length >= 20 && /\d/.test(part) && /[a-z]/.test(part) && /[A-Z]/.test(part));
}

/** An address with a scheme, without what it is given; null where it is none. */
export function shownUrl(text: string): string | null {
  if (/^(?:unix|file):[\p{L}\p{N}_./@-]+$/u.test(text)) return text;
  if (!/^[a-z][a-z0-9+.-]{1,20}:\/\//i.test(text) || /\s/.test(text)) return null;
  const [, place = '', rest = ''] = /^([^?#]*)(.*)$/.exec(redact(text).replaceAll(redacted, unshown)) ?? [];
  const shown = place
    .split('/')
    .map((part, index) =>
      index < 3 || (/^[\w.~%+@:,…-]{0,60}$/.test(part) && !/^(?=.*\d)(?=.*[A-Za-z])[\w-]{20,}$/.test(part))
        ? part
        : unshown,
    )
    .join('/');
  return `${shown}${rest === '' ? '' : `${rest[0] ?? ''}${unshown}`}`;
}
