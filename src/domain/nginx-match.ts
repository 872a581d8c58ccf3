import type { NginxLocation, NginxServer } from './facts.js';

/**
 * The servers that answer for a name, by nginx's own order: exact name, then the longest `*.name`, then the longest
 * `name.*`, then the first regular expression. Several where a name is served on several ports.
 */
export function serversNamed(servers: readonly NginxServer[], name: string): NginxServer[] {
  const wanted = name.toLowerCase();
  let best = 0;
  let found: NginxServer[] = [];
  for (const server of servers) {
    const rank = Math.max(0, ...server.names.map((pattern) => nameRank(pattern.toLowerCase(), wanted)));
    if (rank > best) found = [];
    best = Math.max(best, rank);
    if (rank === best && rank > 0) found.push(server);
  }
  return found;
}

/** 0: no match; the higher, the more it counts. */
function nameRank(pattern: string, name: string): number {
  if (pattern === name || (pattern.startsWith('.') && pattern.slice(1) === name)) return 4000;
  if (/^(?:\*\.|\.)/.test(pattern) && name.endsWith(pattern.replace(/^\*/, ''))) return 2000 + pattern.length;
  if (pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -1))) return 1000 + pattern.length;
  return pattern.startsWith('~') && expression(pattern.slice(1), true)?.test(name) === true ? 1 : 0;
}

/**
 * The location that nginx takes for a path: `=`, else the longest prefix; where that has no `^~`, the first regular
 * expression that matches goes before it. A nested location counts only within its own.
 */
export function locationFor(server: NginxServer, path: string): NginxLocation | null {
  const { locations } = server;
  const choose = (inside: number | undefined): NginxLocation | null => {
    const here = locations.filter((location) => location.inside === inside);
    const exact = here.find(({ modifier, pattern }) => modifier === '=' && pattern === path);
    if (exact !== undefined) return exact;
    const prefix = here
      .filter(({ modifier, pattern }) => (modifier === '' || modifier === '^~') && path.startsWith(pattern))
      .reduce<NginxLocation | null>(
        (a, b) => (a === null || b.pattern.length > a.pattern.length ? b : a),
        null,
      );
    const nested = prefix === null ? null : choose(locations.indexOf(prefix));
    // What was found inside is decided there, but for a prefix, which a regular expression out here still goes before.
    if (nested !== null && !['', '^~'].includes(nested.modifier)) return nested;
    const longest = nested ?? prefix;
    if (longest?.modifier === '^~' || prefix?.modifier === '^~') return longest;
    const regex = here.find(
      ({ modifier, pattern }) =>
        modifier.startsWith('~') && expression(pattern, modifier === '~*')?.test(path) === true,
    );
    if (regex === undefined) return longest;
    return choose(locations.indexOf(regex)) ?? regex;
  };
  return choose(undefined);
}

/** nginx speaks PCRE; an expression that JavaScript does not understand matches nothing. */
function expression(source: string, ignoreCase: boolean): RegExp | null {
  try {
    return new RegExp(
      source.replace(/\(\?P</g, '(?<').replace(/^\(\?i\)/, ''),
      ignoreCase || source.startsWith('(?i)') ? 'i' : '',
    );
  } catch {
    return null;
  }
}
