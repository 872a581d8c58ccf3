import type { CutList, Facts } from '../../domain/facts/facts.js';

/** One part of what inspect.sh prints. */
export interface Section {
  /** `system`, `process`, `cron` … */
  name: string;
  /** What follows the name on its line: a pid, a release, a file. */
  rest: string;
  body: string;
}

/** What could not be read, and why; shown to the user as it is. */
export type Unreadable = { fact: string; why: string }[];

/**
 * Takes inspect.sh's output apart. A section begins with a line `<nonce> <name> <rest>`, and only who knows the nonce
 * can write one, so no content can pretend to be a section.
 */
export function takeApart(stdout: string, nonce: string): Section[] {
  const parts = `\n${stdout}`.split(`\n${nonce} `);
  return parts.slice(1).map((part) => {
    const end = part.indexOf('\n');
    const head = end < 0 ? part : part.slice(0, end);
    const blank = head.indexOf(' ');
    return {
      name: blank < 0 ? head : head.slice(0, blank),
      rest: blank < 0 ? '' : head.slice(blank + 1),
      body: end < 0 ? '' : part.slice(end + 1),
    };
  });
}

/** Lists that were cut, and why. */
export type Incomplete = { fact: CutList; why: string }[];

/** The body of the first section of that name; undefined where there is none. */
export function bodyOf(sections: readonly Section[], name: string): string | undefined {
  return sections.find((section) => section.name === name)?.body;
}

/** Sections `incomplete`, whose lines are `fact TAB why`: lists that were cut; and those that were cut here. */
export function incompleteFacts(
  sections: readonly Section[],
  besides: Readonly<Incomplete> = [],
): Pick<Facts, 'incomplete'> {
  const told = sections
    .filter(({ name }) => name === 'incomplete')
    .flatMap(({ body }) => body.split('\n'))
    .flatMap((line): Incomplete => {
      const [name, why = ''] = line.split('\t');
      const fact = cutLists.find((each) => each === name);
      return fact === undefined ? [] : [{ fact, why: why.slice(0, 500) }];
    });
  const incomplete = [...told, ...besides].slice(0, 50);
  return incomplete.length === 0 ? {} : { incomplete };
}

const cutLists: readonly CutList[] = ['listeners', 'processes', 'units', 'cron', 'at', 'pm2', 'supervisor'];

/** The first of the items, and a word in `incomplete` where there are more. */
export function firstOf<Item>(
  items: readonly Item[],
  most: number,
  fact: CutList,
  incomplete: Incomplete,
  whose = '',
): Item[] {
  if (items.length > most) incomplete.push({ fact, why: `${items.length}${whose}; ${most} are looked at` });
  return items.slice(0, most);
}

/** `key=value` lines; the last one of a key counts, lines of another form are left out. */
export function keyValues(body: string | undefined): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of (body ?? '').split('\n')) {
    const at = line.indexOf('=');
    if (at > 0) values.set(line.slice(0, at), line.slice(at + 1));
  }
  return values;
}

/** A whole number from 0 that JavaScript can hold, else undefined. */
export function wholeNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,16}$/.test(text)) return undefined;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : undefined;
}
