import type { NginxMap } from '../../facts/facts.js';
import { redacted } from '../../secrets/words.js';
import type { Choose } from './choices.js';
import { fromPcre } from './pcre.js';

/** What a request is known by, and what its rules have set; null: that depends on who asks. */
export interface Known {
  maps: readonly NginxMap[];
  /** `set` and named groups. */
  variables: Map<string, string | null>;
  /** Of the last regular expression that matched, the whole first; null: not known. */
  groups: string[] | null;
  /** nginx's own variables. */
  own: (name: string) => string | null | undefined;
  choose: Choose;
}

/** A text of the configuration with its variables replaced; null where one of them is not known. */
export function expand(text: string, known: Known): string | null {
  const unknown = text.includes(redacted) ? [redacted] : [];
  const result = text.replace(
    /\$(?:(\d)|\{(\w+)\}|(\w+))/g,
    (whole, group?: string, braced?: string, bare?: string) => {
      const value =
        group === undefined
          ? valueOf(braced ?? bare ?? '', known)
          : known.groups === null
            ? null
            : (known.groups[Number(group)] ?? '');
      if (value === null) unknown.push(whole);
      return value ?? '';
    },
  );
  return unknown.length === 0 ? result : null;
}

/**
 * Whether a text matches; null: that cannot be told, as in a text that is not known or an expression of another language. A
 * match leaves its groups behind.
 */
export function matches(
  source: string,
  ignoreCase: boolean,
  text: string | null,
  known: Known,
): boolean | null {
  const expression = fromPcre(source, ignoreCase);
  if (expression === null || text === null) return null;
  const found = expression.exec(text);
  if (found === null) return false;
  known.groups = found.map((group: string | undefined) => group ?? '');
  for (const [name, value] of Object.entries({ ...found.groups })) known.variables.set(name, value);
  return true;
}

/** As {@link matches}; where that cannot be told, both are looked at, no match first. */
export function matchesOrNot(
  source: string,
  ignoreCase: boolean,
  text: string | null,
  known: Known,
): boolean {
  const told = matches(source, ignoreCase, text, known);
  if (told !== null) return told;
  const chosen = known.choose(`${text ?? '?'} ~ ${source}`, 2) === 1;
  if (chosen) known.groups = null;
  return chosen;
}

function valueOf(name: string, known: Known): string | null {
  const set = known.variables.get(name);
  if (set !== undefined) return set;
  const map = known.maps.find((one) => one.name === name);
  if (map !== undefined) return mapped(map, known);
  return known.own(name) ?? null;
}

function mapped(map: NginxMap, known: Known): string | null {
  // A map may be asked for itself, which nginx refuses; here it would have no end.
  const inner: Known = { ...known, maps: known.maps.filter((one) => one !== map) };
  const source = expand(map.source, inner);
  const value = source === null ? oneOf(map, source, known) : lookUp(map, source, inner, known);
  if (inner.groups !== known.groups) known.groups = inner.groups;
  return value === null ? null : expand(value, inner);
}

function lookUp(map: NginxMap, source: string, inner: Known, known: Known): string | null {
  if (map.cut === true) return oneOf(map, source, known);
  const wanted = source.toLowerCase();
  const plain = map.entries.filter(([key]) => !key.startsWith('~'));
  const exact = plain.find(([key]) => keyOf(key, map) === wanted);
  if (exact !== undefined) return exact[1];
  if (map.hostnames === true) {
    const found = plain
      .map((entry) => ({ entry, rank: wildcardRank(entry[0].toLowerCase(), wanted) }))
      .reduce((a, b) => (b.rank > a.rank ? b : a), { entry: ['', ''] as [string, string], rank: 0 });
    if (found.rank > 0) return found.entry[1];
  }
  for (const [key, value] of map.entries) {
    if (!key.startsWith('~')) continue;
    const ignoreCase = key.startsWith('~*');
    if (matchesOrNot(key.slice(ignoreCase ? 2 : 1), ignoreCase, source, inner)) return value;
  }
  return map.otherwise;
}

function keyOf(key: string, map: NginxMap): string {
  const plain = key.replace(/^\\/, '').toLowerCase();
  return map.hostnames === true && plain.startsWith('.') ? plain.slice(1) : plain;
}

/** 0: no match; the higher, the more it counts: `*.name` and `.name` before `name.*`, the longer before the shorter. */
export function wildcardRank(pattern: string, name: string): number {
  const tail = /^\*?(\..*)$/.exec(pattern)?.[1];
  if (tail !== undefined && name.endsWith(tail) && name !== tail) return 2000 + tail.length;
  return pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -1)) ? 1000 + pattern.length : 0;
}

const mostValues = 20;

/** Any of a map's values, the default first; null where there are too many. */
function oneOf(map: NginxMap, source: string | null, { choose }: Known): string | null {
  const values = [...new Set([map.otherwise, ...map.entries.map(([, value]) => value)])];
  const isMany = map.cut === true || values.length > mostValues;
  const chosen = choose(`$${map.name} of ${source ?? '?'}`, isMany ? 2 : values.length);
  return isMany && chosen === 1 ? null : (values[chosen] ?? '');
}
