/** What a script is told, by name. A list is told an item a line; what is undefined is not told, and empty there. */
export type Fields = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/**
 * A record as scripts read it (`fields` in scripts/lib/common.sh): a line `name=value` each, further lines of a value behind a tab.
 * @throws TypeError at a name that is none
 */
export function fields(values: Fields): string {
  return Object.entries(values)
    .map(([name, value]) => {
      if (!/^[a-z][A-Za-z]*$/.test(name)) throw new TypeError(`expected a name of letters, came ${name}`);
      if (value === undefined) return '';
      const text = Array.isArray(value) ? value.join('\n') : String(value);
      return `${inScripts(name)}=${text.replaceAll('\n', '\n\t')}\n`;
    })
    .join('');
}

/** `bindKind` is `bind_kind` there. */
function inScripts(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
