import type { NginxLocation, NginxServer } from '../../facts/facts.js';

/** What is looked for in a server for a path. */
export type Found =
  | { location: NginxLocation | null; redirects?: never; unknown?: never }
  /** nginx redirects to the location’s own name, with its slash. */
  | { location: NginxLocation; redirects: true; unknown?: never }
  | { location?: never; redirects?: never; unknown: string };

/** Whether an expression matches the path; null: that cannot be told. */
export type Match = (source: string, ignoreCase: boolean) => boolean | null;

/**
 * The location that nginx takes for a path (ngx_http_core_find_location): `=`, else the longest prefix, and within it what is
 * nested there; where the prefix has no `^~`, the first regular expression that matches goes before it.
 */
export function findLocation({ locations }: NginxServer, path: string, match: Match): Found {
  const indices = new Map(locations.map((location, index) => [location, index]));
  const search = (inside: number | undefined, around: NginxLocation | null): Found & { final: boolean } => {
    const here = locations.filter((location) => location.inside === inside);
    const exact = here.find(({ modifier, pattern }) => modifier === '=' && pattern === path);
    if (exact !== undefined) return { location: exact, final: true };
    const slashed = here.find((location) => isSlashless(location, path));
    if (
      slashed !== undefined &&
      !here.some(({ modifier, pattern }) => isPrefix(modifier) && pattern === path)
    )
      return { location: slashed, redirects: true, final: true };
    const prefix = here
      .filter(({ modifier, pattern }) => isPrefix(modifier) && path.startsWith(pattern))
      .reduce<NginxLocation | null>(
        (a, b) => (a === null || b.pattern.length > a.pattern.length ? b : a),
        null,
      );
    let longest = prefix ?? around;
    if (prefix !== null) {
      const nested = search(indices.get(prefix), prefix);
      if (nested.final || nested.unknown !== undefined) return nested;
      longest = nested.location ?? prefix;
    }
    if (prefix?.modifier === '^~') return { location: longest, final: false };
    for (const location of here) {
      if (location.modifier !== '~' && location.modifier !== '~*') continue;
      const matched = match(location.pattern, location.modifier === '~*');
      if (matched === null)
        return { unknown: `the regular expression ${location.pattern} cannot be judged`, final: true };
      if (matched) {
        const nested = search(indices.get(location), location);
        return nested.unknown === undefined ? { ...nested, final: true } : nested;
      }
    }
    return { location: longest, final: false };
  };
  return search(undefined, null);
}

function isPrefix(modifier: NginxLocation['modifier']): boolean {
  return modifier === '' || modifier === '^~';
}

/** `location /tools/` that hands on takes `/tools` too, by a redirect. */
function isSlashless({ modifier, pattern, handles, backends }: NginxLocation, path: string): boolean {
  const hands = handles === undefined ? backends.length > 0 : handles.pass !== undefined;
  return (isPrefix(modifier) || modifier === '=') && hands && pattern === `${path}/`;
}
