// Begins at a word's beginning only: so a long word costs no more than its length.
const secretName = '[\\w.-]*(?:passw(?:or)?d|secret|token|api[_-]?key|access[_-]?key|credentials?)[\\w.-]*';

/** `--password=x`, `API_TOKEN=x`, `--token x`. */
const named = new RegExp(`(?<![\\w.-])(${secretName})(=|\\s+)("[^"]*"|'[^']*'|[^\\s"';&|]+)`, 'gi');
/** `postgres://user:password@host` */
const inUrl = /((?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@]{0,200}):[^\s@/]{1,500}@/gi;
/** `Authorization: Bearer x` */
const header = /(authorization:\s*\w+\s+)[^\s"']+/gi;

/** A command line as it may be kept in history: what looks like a password, a token or a key becomes `***`. */
export function redact(text: string): string {
  return text
    .replace(inUrl, '$1:***@')
    .replace(header, '$1***')
    .replace(named, (whole, name: string, sign: string) => {
      // A word that is followed by another word names a secret only where it is an option.
      return sign === '=' || name.startsWith('-') ? `${name}${sign}***` : whole;
    });
}

/** The same for an argument list: also where a secret is the argument after its option. */
export function redactArguments(command: readonly string[]): string[] {
  const option = new RegExp(`^-${secretName}$`, 'i');
  return command.map((argument, index) => {
    const before = command[index - 1];
    return before !== undefined && option.test(before) ? '***' : redact(argument);
  });
}
