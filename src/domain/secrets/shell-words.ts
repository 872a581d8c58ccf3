/** A piece of a shell's command line. */
export interface ShellWord {
  kind: 'word' | 'blank' | 'operator' | 'comment';
  /** As it is written. */
  raw: string;
  /** Without its quotes. */
  value: string;
}

const operator = /\d*(?:>>|>&|<&|>|<<-?|<)|&&|\|\||;;|[;&|()`\n]/y;
const blank = /[ \t\r\f\v]+/y;
const comment = /#[^\n]*/y;
const plain = /[^\s;&|()`<>"'\\]+/y;
const single = /'[^']*'?/y;
const double = /"(?:[^"\\]|\\[^])*"?/y;
const escaped = /\\(?:[^]|$)/y;

/** Takes a command line apart, into pieces that are the whole text again. Expands nothing; takes any text. */
export function shellWords(text: string): ShellWord[] {
  const found: ShellWord[] = [];
  for (let at = 0; at < text.length;) {
    const one = read(text, at);
    found.push(one);
    at += one.raw.length;
  }
  return found;
}

function read(text: string, at: number): ShellWord {
  const match = (pattern: RegExp, from = at) => {
    pattern.lastIndex = from;
    return pattern.exec(text)?.[0] ?? '';
  };
  for (const [kind, pattern] of [
    ['blank', blank],
    ['comment', comment],
    ['operator', operator],
  ] as const) {
    const raw = match(pattern);
    if (raw !== '') return { kind, raw, value: raw };
  }
  let raw = '';
  let value = '';
  for (let part = 'x'; part !== ''; raw += part) {
    const from = at + raw.length;
    part = match(plain, from);
    if (part !== '') {
      value += part;
      continue;
    }
    part = match(single, from) || match(double, from);
    if (part !== '') {
      value += part
        .slice(1, part.length > 1 && part.endsWith(part[0] ?? '') ? -1 : undefined)
        .replace(part.startsWith('"') ? /\\(["\\$`])/g : /(?!)/, '$1');
      continue;
    }
    part = match(escaped, from);
    value += part.slice(1);
  }
  return { kind: 'word', raw, value };
}
