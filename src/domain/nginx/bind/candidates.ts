import type { NginxBackend, NginxFacts, NginxLocation, NginxServer } from '../../facts/facts.js';
import { reachedServers } from '../routing/listening.js';
import { locationFor, serversNamed } from '../routing/match.js';
import { isOwn, type Own } from '../routing/own-address.js';
import type { Way } from '../routing/request.js';
import { waysIn, waysOf } from '../routing/ways.js';

/** A location that hands requests on. */
export interface Candidate {
  server: NginxServer;
  location: NginxLocation;
  /** Where it hands them, those left out that are asked only where others fail. */
  backends: NginxBackend[];
  /** The directive that does: `proxy_pass`, `fastcgi_pass` … */
  by: string;
  /** `proxy_pass https:`, `grpcs:` */
  isSecure: boolean;
  /** `file:line` of that directive. */
  where: string;
  /** Whether it is the one that answers for the site, or for a server's `/`. */
  main: boolean;
}

/** `words.example.test/tools` taken apart. */
export function siteParts(site: string): { name: string; path: string } {
  const slash = site.indexOf('/');
  return slash < 0 ? { name: site, path: '/' } : { name: site.slice(0, slash), path: site.slice(slash) };
}

/**
 * The locations that could lead to the app, of servers to which some request comes. With a site (`name`, or `name/location`)
 * those of its servers alone. A location that leads only to other machines is none, unless there is no other.
 */
export function candidatesOf(nginx: NginxFacts, site: string | undefined, own: Own): Candidate[] {
  const { name, path } = site === undefined ? { name: undefined, path: '/' } : siteParts(site);
  const servers = name === undefined ? reachedServers(nginx.servers) : serversNamed(nginx.servers, name);
  const all = servers.flatMap((server): Candidate[] => {
    const asked = askedFor(nginx, server, name, path);
    const proxying = server.locations.filter(
      (location) => location.backends.length > 0 && location.modifier !== '@',
    );
    return [
      ...asked,
      ...proxying
        .filter((location) => !asked.some((one) => one.location === location))
        .map((location) =>
          handingOn(nginx, server, location, {
            main: asked.length === 0 && site === undefined && location.handles?.internal !== true,
          }),
        ),
    ];
  });
  const local = all.filter(({ backends }) => backends.some((backend) => isHere(backend, own)));
  return local.some(({ main }) => main) ? local : all;
}

/** What a request for a path comes to: one candidate for each directive that may hand it on. */
function askedFor(
  nginx: NginxFacts,
  server: NginxServer,
  site: string | undefined,
  path: string,
): Candidate[] {
  // To who names /tools, `location /tools/` is meant too.
  const paths = path.endsWith('/') ? [path] : [path, `${path}/`];
  const found = paths.map((one) => askedAt(nginx, server, site, one)).filter(({ length }) => length > 0);
  const [first = [], second] = found;
  const depth = (all: readonly Candidate[]) => all[0]?.location.pattern.length ?? 0;
  return second !== undefined && depth(second) > depth(first) ? second : first;
}

function askedAt(
  nginx: NginxFacts,
  server: NginxServer,
  site: string | undefined,
  path: string,
): Candidate[] {
  const name = site ?? server.names.find((one) => /^[\w.-]+$/.test(one)) ?? 'localhost';
  const ways = server.listens
    .flatMap(({ port, tls }) => waysOf(nginx, server, { name, path, port, tls }))
    .filter(({ fallback }) => fallback !== true);
  const taking = locationFor(server, path);
  const passes = new Map<string, Candidate>();
  for (const way of ways) {
    if (way.to !== 'backends') continue;
    const made = { ...ofWay(way, server), location: taking ?? way.location, main: true };
    passes.set(`${way.pass.where} ${JSON.stringify(made.backends)}`, made);
  }
  const unknown = ways.find((way) => way.to === 'unknown');
  const location = taking ?? server.locations[0];
  if (passes.size === 0 && unknown?.to === 'unknown' && location !== undefined)
    return [
      {
        server,
        location,
        backends: [{ kind: 'unresolvable', text: unknown.why }],
        by: 'proxy_pass',
        isSecure: false,
        where: location.where,
        main: true,
      },
    ];
  return [...passes.values()];
}

/** What a location hands on, whatever is asked of it. */
function handingOn(
  nginx: NginxFacts,
  server: NginxServer,
  location: NginxLocation,
  { main }: { main: boolean },
): Candidate {
  const plain = { server, location, backends: location.backends, where: location.where, main };
  if (location.handles === undefined) return { ...plain, by: 'proxy_pass', isSecure: false };
  const way = waysIn(nginx, server, location).find((one) => one.to === 'backends' && one.fallback !== true);
  if (way?.to !== 'backends') return { ...plain, by: 'proxy_pass', isSecure: false };
  const { by, isSecure } = ofWay(way, server);
  return { ...plain, by, isSecure };
}

function ofWay(
  { backends, pass, location }: Extract<Way, { to: 'backends' }>,
  server: NginxServer,
): Omit<Candidate, 'main'> {
  const first = backends.filter((one) => one.kind === 'unresolvable' || one.backup !== true);
  return {
    server,
    location,
    backends: first.length > 0 ? first : backends,
    by: pass.by,
    isSecure: /^(?:https|grpcs):/i.test(pass.text),
    where: pass.where,
  };
}

/** Whether belay can have the app listen there, or cannot tell. */
export function isHere(backend: NginxBackend, own: Own): boolean {
  return backend.kind === 'unresolvable' || isOwn(backend, own);
}
