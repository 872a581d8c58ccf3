import { literalPattern } from '../../text/pattern.js';

/**
 * A regular expression of nginx's (PCRE) as JavaScript's; null where JavaScript has no word for it, so that nobody takes a
 * guess for an answer.
 */
export function fromPcre(source: string, ignoreCase: boolean): RegExp | null {
  const flag = /^\(\?i\)/.exec(source)?.[0] ?? '';
  const translated = translate(source.slice(flag.length));
  if (translated === null) return null;
  try {
    return new RegExp(translated, ignoreCase || flag !== '' ? 'i' : '');
  } catch {
    return null;
  }
}

const escapes: Record<string, string> = {
  A: '^',
  z: '$',
  Z: '$',
  h: '[ \\t]',
  e: '\\x1b',
  a: '\\x07',
};
const posix: Record<string, string> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  xdigit: '0-9A-Fa-f',
  word: '\\w',
  space: '\\s',
};

// Pieces that both languages mean alike, or that have another name; `(?` and `(*` in any other form have none.
const piece =
  /\\Q([\s\S]*?)(?:\\E|$)|\\([\s\S])|\[(\^?)(\]?)((?:\[:\w+:\]|\\[\s\S]|[^\]\\])*)\]|\((?:\?(?:P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)'|P=(\w+)\)|(:|=|!|<=|<!)|#[^)]*\))|(?=[?*])())?|([*+?}]\+)|[\s\S]/gy;

function translate(source: string): string | null {
  let result = '';
  piece.lastIndex = 0;
  for (let found = piece.exec(source); found !== null; found = piece.exec(source)) {
    const [whole, quoted, escaped, not = '', bracket = '', inside, angle, tick, back, look, strange, own] =
      found;
    // eslint-disable-next-line no-control-regex -- all of ASCII is meant
    if (strange !== undefined || own !== undefined || /[^\x00-\x7f]/.test(whole)) return null;
    const named = angle ?? tick;
    if (quoted !== undefined) result += literalPattern(quoted);
    else if (escaped !== undefined) {
      const known = escapes[escaped] ?? (/[bBdDsSwWtnrfx0-9]|[^A-Za-z]/.test(escaped) ? whole : null);
      if (known === null) return null;
      result += known;
    } else if (inside !== undefined) {
      const set = setOf(inside);
      if (set === null) return null;
      result += `[${not}${bracket === '' ? '' : '\\]'}${set}]`;
    } else if (named !== undefined) result += `(?<${named}>`;
    else if (back !== undefined) result += `\\k<${back}>`;
    else if (look !== undefined || !whole.startsWith('(?#')) result += whole;
  }
  return result;
}

function setOf(inside: string): string | null {
  const unknown: string[] = [];
  const set = inside.replace(/\[:(\w+):\]|\\([\s\S])|\[/g, (whole, name?: string, escaped?: string) => {
    if (name !== undefined) {
      if (!(name in posix)) unknown.push(name);
      return posix[name] ?? '';
    }
    if (escaped === undefined) return '\\[';
    if (escaped === 'h') return ' \\t';
    if (!/[bdDsSwWtnrfx0-9]|[^A-Za-z]/.test(escaped)) unknown.push(escaped);
    return whole;
  });
  return unknown.length === 0 ? set : null;
}
