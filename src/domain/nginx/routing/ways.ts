import type { NginxFacts, NginxLocation, NginxServer } from '../../facts/facts.js';
import { explore } from './choices.js';
import type { Request, Way } from './request.js';
import { Walk } from './walk.js';

/** What may come of a request: the usual first, each once. */
export function waysOf(nginx: NginxFacts, server: NginxServer, request: Request): Way[] {
  return collected((choose) => new Walk(nginx, server, request, choose).run());
}

/** What may come of what a location takes, whatever path below its own that is. */
export function waysIn(nginx: NginxFacts, server: NginxServer, location: NginxLocation): Way[] {
  const { names, listens } = server;
  const [listen] = listens;
  const request = {
    name: names.find((name) => /^[\w.-]+$/.test(name)) ?? 'localhost',
    port: listen?.port ?? 80,
    tls: listen?.tls ?? false,
  };
  const below = (path: string | null) =>
    collected((choose) => new Walk(nginx, server, { ...request, path }, choose).runIn(location));
  if (!['', '=', '^~'].includes(location.modifier)) return below(null);
  const known = below(location.pattern);
  const more = below(null).filter((way) => way.to === 'backends');
  return [...new Map([...known, ...more].map((way) => [keyOf(way), way])).values()];
}

function collected(decide: Parameters<typeof explore<Way>>[0]): Way[] {
  const { results, whole } = explore(decide);
  const all: Way[] = whole
    ? results
    : [...results, { to: 'unknown', why: 'it depends on too many conditions' }];
  return [...new Map(all.map((way) => [keyOf(way), way])).values()];
}

function keyOf(way: Way): string {
  if (way.to !== 'backends') return JSON.stringify(way);
  const { location, pass, ...rest } = way;
  return JSON.stringify({ ...rest, where: location.where, pass: pass.where });
}
