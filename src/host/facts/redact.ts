// Begins at a word's beginning only: so a long word costs no more than its length.
const secretName = '[\\w.-]*(?:passw(?:or)?d|secret|token|api[_-]?key|access[_-]?key|credentials?)[\\w.-]*';

/** `--password=x`, `API_TOKEN=x`, `--token x`. */
const named = new RegExp(`(?<![\\w.-])(${secretName})(=|\\s+)("[^"]*"|'[^']*'|[^\\s"';&|]+)`, 'gi');
/** `postgres://user:password@host` */
const inUrl = /((?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@]{0,200}):[^\s@/]{1,500}@/gi;
/** `curl -u user:password`, `mysqldump -ppassword` */
const inOption =
  /((?<![\w-])curl\s[^|;&]{0,500}?\s(?:-u|--user)[=\s]?\s*["']?[^\s:"']+:|(?<![\w-])(?:mysql|mariadb)[\w-]*\s[^|;&]{0,500}?\s-p)[^\s"';&|]+/gi;
/** `Authorization: Bearer x` */
const header = /(authorization:\s*\w+\s+)[^\s"']+/gi;

/** A command line as it may be kept in history: what looks like a password, a token or a key becomes `***`. */
export function redact(text: string): string {
  return text
    .replace(inUrl, '$1:***@')
    .replace(header, '$1***')
    .replace(inOption, '$1***')
    .replace(named, (whole, name: string, sign: string) => {
      // A word that is followed by another word names a secret only where it is an option.
      return sign === '=' || name.startsWith('-') ? `${name}${sign}***` : whole;
    });
}

/** Options whose value is a secret, unless it is the path of one. */
const keyOption = '--?[\\w-]*(?:key|pass(?:phrase)?|pw|pwd|auth|dsn)';

/**
 * The same, stricter, for a document that is handed on: of variables on a command line PORT alone keeps its value, and so
 * does no option that could hold a key.
 */
export function redactValues(text: string): string {
  return redact(text)
    .replace(/(?<![\w./$-])([A-Z_][A-Z0-9_]*)=("[^"]*"|'[^']*'|[^\s"';&|]+)/g, (whole, name: string) =>
      name === 'PORT' ? whole : `${name}=***`,
    )
    .replace(new RegExp(`(?<![\\w-])(${keyOption}[=\\s]\\s*)(?![./-])[^\\s"';&|]+`, 'gi'), '$1***');
}

/** The same for an argument list: also where the value is the argument after its option. */
export function redactArgumentValues(command: readonly string[]): string[] {
  const option = new RegExp(`^${keyOption}$`, 'i');
  return redactArguments(command).map((argument, index) =>
    option.test(command[index - 1] ?? '') && !/^[./-]/.test(argument) ? '***' : redactValues(argument),
  );
}

/** The same for an argument list: also where a secret is the argument after its option. */
export function redactArguments(command: readonly string[]): string[] {
  const option = new RegExp(`^-${secretName}$`, 'i');
  return command.map((argument, index) => {
    const before = command[index - 1];
    return before !== undefined && option.test(before) ? '***' : redact(argument);
  });
}
