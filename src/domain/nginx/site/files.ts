import type { NginxFacts, NginxServer } from '../../facts/facts.js';
import { isWithin } from '../../keepers/touches.js';

/** The server of nginx that serves a folder's files itself, one with TLS before others; null: there is none. */
export function filesOf(nginx: NginxFacts | null, path: string): NginxServer | null {
  const found = (nginx?.servers ?? []).filter(
    ({ root, locations }) =>
      // Where it proxies the rest, it serves merely what lies beside the app's answers.
      locations.every(({ backends }) => backends.length === 0) &&
      [root, ...locations.map((location) => location.root)].some(
        (one) => one !== undefined && isWithin(one.replace(/\/+$/, ''), path),
      ),
  );
  return found.find(({ listens }) => listens.some(({ tls }) => tls)) ?? found[0] ?? null;
}
