import type { NginxFacts, NginxServer } from '../../facts/facts.js';
import { isWithin } from '../../keepers/touches.js';

/** The server of nginx that serves a folder's files itself, one with TLS before others; null: there is none. */
export function filesOf(nginx: NginxFacts | null, path: string): NginxServer | null {
  const found = (nginx?.servers ?? []).filter(
    ({ root, locations }) =>
      // Where it proxies more than a part of the site, as an API, it serves merely what lies beside an app’s answers.
      locations.every(({ backends, pattern }) => backends.length === 0 || /^\/./.test(pattern)) &&
      [root, ...locations.map((location) => location.root)].some(
        (one) => one !== undefined && isWithin(one.replace(/\/+$/, ''), path),
      ),
  );
  return found.find(({ listens }) => listens.some(({ tls }) => tls)) ?? found[0] ?? null;
}
