/**
 * A sentence of belay's in English and in another language. `{name}` stands for what is kept as it is: a name, a number, what a
 * server said. `[name]` stands for what may itself be a sentence of the book, `<name>` for several of them between commas.
 */
export type Phrase = readonly [english: string, other: string];

/** The sentence in the other language; null where the book does not have it. */
export type Phrasebook = (english: string) => string | null;

/**
 * Reads sentences of histories, which are English, in another language; the first phrase that fits counts.
 *
 * A phrase's fixed parts are looked for from left to right, each once, so that no text, however long, takes longer than its
 * length. Where one of them is found too early, nothing is lost: whatever stands in a gap is said again.
 */
export function phrasebook(phrases: readonly Phrase[]): Phrasebook {
  const patterns = phrases.map(([english, other]) => ({ pattern: patternOf(english), other }));
  const read: Phrasebook = (text) => {
    for (const { pattern, other } of patterns) {
      const found = gapsOf(pattern, text);
      if (found === null) continue;
      return other.replace(gap, (whole: string, ...groups: (string | number | undefined)[]) => {
        const [kept, one, several, at] = groups as [string?, string?, string?, number?];
        const end = (at ?? 0) + whole.length;
        return spaced(other[(at ?? 0) - 1], said([whole, kept, one, several], found), other[end]);
      });
    }
    return null;
  };
  const known = (text: string) => read(text) ?? text;
  const said = (
    [whole, kept, one, several]: readonly (string | undefined)[],
    found: ReadonlyMap<string, string>,
  ) => {
    const text = found.get(kept ?? one ?? several ?? '') ?? whole ?? '';
    if (kept !== undefined) return text;
    return one === undefined ? text.split(', ').map(known).join(', ') : known(text);
  };
  return read;
}

/** A blank parts letters and figures from Chinese characters, whatever a gap holds. */
function spaced(before = '', text: string, behind = ''): string {
  const begins = chinese.test(before) && /^\w/.test(text) ? ' ' : '';
  return `${begins}${text}${chinese.test(behind) && /\w$/.test(text) ? ' ' : ''}`;
}

const chinese = /\p{Script=Han}/u;

const gap = /\{(\w+)\}|\[(\w+)\]|<(\w+)>/g;

interface Pattern {
  /** What stands before the first gap. */
  begin: string;
  /** Each with what stands behind it. */
  gaps: { name: string; then: string }[];
}

function patternOf(english: string): Pattern {
  const matches = [...english.matchAll(gap)];
  const gaps = matches.map(({ 0: whole, 1: kept, 2: one, 3: several, index }, number) => ({
    name: kept ?? one ?? several ?? '',
    then: english.slice(index + whole.length, matches[number + 1]?.index),
  }));
  return { begin: english.slice(0, matches[0]?.index), gaps };
}

/** What stands in the pattern's gaps, by name; null where the text is another. */
function gapsOf({ begin, gaps }: Pattern, text: string): ReadonlyMap<string, string> | null {
  if (!text.startsWith(begin)) return null;
  const found = new Map<string, string>();
  let at = begin.length;
  for (const [index, { name, then }] of gaps.entries()) {
    const isLast = index === gaps.length - 1;
    const end = isLast ? text.length - then.length : text.indexOf(then, at + 1);
    if (end <= at || (isLast && !text.endsWith(then))) return null;
    found.set(name, text.slice(at, end));
    at = end + then.length;
  }
  return at === text.length ? found : null;
}
