import type { NginxLocation, NginxServer } from '../../facts/facts.js';
import { answeringAt, listensOf } from './listening.js';
import { findLocation } from './location.js';
import { fromPcre } from './pcre.js';

/**
 * The servers that answer for a name, at each place where nginx listens the one that it takes there; where none has the name,
 * the default ones that say so or have no name of their own.
 */
export function serversNamed(servers: readonly NginxServer[], name: string): NginxServer[] {
  const answering = listensOf(servers).flatMap((listen) => answeringAt(servers, listen, name) ?? []);
  const named = answering.filter((one) => one.named);
  const found = named.length > 0 ? named : answering.filter(({ server }) => isForAnyName(server));
  return [...new Set(found.map(({ server }) => server))];
}

/** Whether a server is meant for names that no server has. */
function isForAnyName({ names, listens }: NginxServer): boolean {
  return (
    names.every((name) => name === '_' || name === '' || name === '*') || listens.some((one) => one.default)
  );
}

/** The location that nginx takes for a path; null: none, or that cannot be told. */
export function locationFor(server: NginxServer, path: string): NginxLocation | null {
  const found = findLocation(
    server,
    path,
    (source, ignoreCase) => fromPcre(source, ignoreCase)?.test(path) ?? null,
  );
  return found.location ?? null;
}
