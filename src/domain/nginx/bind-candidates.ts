import type { NginxBackend, NginxFacts, NginxLocation, NginxServer } from '../facts/facts.js';
import type { Finder } from '../findings/finder.js';
import { locationFor, serversNamed } from './match.js';
import type { Bind } from '../app/address.js';

/** A location that hands requests on. */
export interface Candidate {
  server: NginxServer;
  location: NginxLocation;
  /** Whether it is the one that answers for the site, or for a server's `/`. */
  main: boolean;
}

const loopback = ['127.0.0.1', 'localhost', '0.0.0.0'];

/**
 * The locations that could lead to the app. With a site (`name`, or `name/location`) those of its servers alone.
 * A location that leads only to other machines is none, unless there is no other.
 */
export function candidatesOf(nginx: NginxFacts, site: string | undefined): Candidate[] {
  const slash = site?.indexOf('/') ?? -1;
  const name = site === undefined || slash < 0 ? site : site.slice(0, slash);
  const path = site === undefined || slash < 0 ? '/' : site.slice(slash);
  const servers = name === undefined ? nginx.servers : serversNamed(nginx.servers, name);
  const all = servers.flatMap((server): Candidate[] => {
    const proxying = server.locations.filter(
      ({ backends, modifier }) => backends.length > 0 && modifier !== '@',
    );
    // To who names /tools, `location /tools/` is meant too.
    const asked = [path, `${path}/`]
      .flatMap((one) => locationFor(server, one) ?? [])
      .filter(({ backends }) => backends.length > 0)
      .reduce<NginxLocation | undefined>(
        (a, b) => (a === undefined || b.pattern.length > a.pattern.length ? b : a),
        undefined,
      );
    const main = asked !== undefined ? [asked] : site === undefined ? proxying : [];
    return proxying.map((location) => ({ server, location, main: main.includes(location) }));
  });
  const local = all.filter(({ location }) => location.backends.some(isHere));
  return local.some(({ main }) => main) ? local : all;
}

/** Whether belay can have the app listen there, or cannot tell. */
function isHere(backend: NginxBackend): boolean {
  return backend.kind !== 'tcp' || loopback.includes(backend.address);
}

/** Candidates that lead to the same address have the same key: `port 9999`. */
export function keyOf({ location }: Candidate): string {
  const { backends } = location;
  return [...new Set(backends.map((backend) => (isHere(backend) ? localKey(backend) : textOf(backend))))]
    .sort()
    .join(', ');
}

function localKey(backend: NginxBackend): string {
  return backend.kind === 'tcp' ? `port ${backend.port}` : textOf(backend);
}

function textOf(backend: NginxBackend): string {
  switch (backend.kind) {
    case 'tcp':
      return `${backend.address.includes(':') ? `[${backend.address}]` : backend.address}:${backend.port}`;
    case 'unix':
      return `unix:${backend.path}`;
    case 'unresolvable':
      return backend.text;
  }
}

/** `/etc/nginx/sites-enabled/words:4: words.example.test / → 127.0.0.1:9999` */
export function describe({ server, location }: Candidate): string {
  const name = server.names[0] ?? 'a server without a name';
  const place = `${location.modifier === '@' ? '' : location.modifier} ${location.pattern}`.trim();
  return `${location.where}: ${name} ${place} → ${location.backends.map(textOf).join(', ')}`;
}

/** The address of a candidate as the app's, where it is one address of this host's own; else a blocking finding. */
export function usable(candidate: Candidate, find: Finder): Bind | null {
  const { backends, where } = candidate.location;
  const from = `nginx, ${where}`;
  const here = backends.filter(isHere);
  const [first] = here;
  if (backends.some(({ kind }) => kind === 'unresolvable')) {
    find.report(
      'nginx.unresolvable',
      'nginx’s address of the app depends on a variable, so where the app has to listen cannot be told.',
      describe(candidate),
      'Write the address into nginx’s configuration itself: `proxy_pass http://127.0.0.1:9999;`.',
    );
    return null;
  }
  if (first === undefined) {
    find.report(
      'nginx.remote-backend',
      'nginx hands the app’s requests to an address that is not 127.0.0.1, where belay would start it.',
      describe(candidate),
      'Name the right server with `site` in belay.yml, or let nginx proxy to 127.0.0.1.',
    );
    return null;
  }
  if (
    new Set(backends.map((backend) => (isLoopback(backend) ? localKey(backend) : textOf(backend)))).size > 1
  ) {
    find.report(
      'nginx.several-backends',
      'nginx spreads the app’s requests over several addresses; belay starts it on one.',
      describe(candidate),
      'Leave one server in the upstream, or name with `site` the server that leads to this app.',
    );
    return null;
  }
  if (backends.some((backend) => backend.kind === 'tcp' && backend.address === 'localhost')) {
    find.report(
      'nginx.localhost',
      'proxy_pass names `localhost`, which is 127.0.0.1 and ::1 to nginx: after a restart it may leave out the good one for 10 s, and answer 502.',
      describe(candidate),
      'Write 127.0.0.1 instead of localhost, then `nginx -s reload`.',
    );
  }
  return first.kind === 'unix'
    ? { kind: 'socket', path: first.path, from }
    : { kind: 'port', port: first.kind === 'tcp' ? first.port : 0, from };
}

/** ::1 beside 127.0.0.1 is the same app, reached in another way. */
function isLoopback(backend: NginxBackend): boolean {
  return isHere(backend) || (backend.kind === 'tcp' && backend.address === '::1');
}
