import type { Facts, NginxBackend, NginxLocation, NginxServer } from '../../facts/facts.js';
import type { Bind } from '../../app/address.js';
import type { GatePage } from './gates.js';
import type { Gate } from '../../app/gate.js';
import { leadsTo } from '../routing/own-address.js';
import type { Way } from '../routing/request.js';
import { waysOf } from '../routing/ways.js';

const nobodys = 'belay-0';

/**
 * What to ask at a gate so that each location that leads to the app there is asked, and each internal page at least once where
 * nginx has a URL for it.
 * @param locations those of the server that lead to the app
 * @returns the locations that nothing could be found for, besides
 */
export function pagesAt(
  facts: Facts,
  bind: Bind,
  server: NginxServer,
  at: { gate: Gate; locations: readonly NginxLocation[]; pages: readonly string[] },
): { asks: Omit<GatePage, 'gate' | 'anyName'>[]; unasked: NginxLocation[] } {
  const { gate, locations, pages } = at;
  const origin = originOf(gate);
  const asks = new Map<string, Omit<GatePage, 'gate' | 'anyName'>>();
  const unasked: NginxLocation[] = [];
  const led = (path: string): Led | undefined => ledBy(facts, bind, server, gate, path);
  for (const location of locations) {
    const head = headOf(location);
    // A location of its own right is asked itself: another one that leads to the app as well may hand on in another way.
    const isAsked = (path: string): boolean => {
      const there = led(path);
      return there !== undefined && (!handsOn(location) || there.locations.includes(location));
    };
    const wanted = pages.flatMap((page) => {
      const url = [...new Set([page, `${head.replace(/\/$/, '')}${page}`, head])].find(
        (one) => isAsked(one) && led(one)?.paths.includes(page) === true,
      );
      return url === undefined ? [] : [{ url, page }];
    });
    const below = head.replace(/\/?$/, '/');
    const others = [head, ...pages, below, `${below}${nobodys}`].filter(isAsked);
    const found = wanted.length > 0 ? wanted : others.slice(0, 1).map((url) => ({ url, page: undefined }));
    if (found.length === 0) unasked.push(location);
    for (const { url, page } of found) {
      if (asks.has(url)) continue;
      const trial = [head.replace(/[^/]*$/, ''), head.replace(/\/?$/, '/'), '/']
        .filter((one) => one.startsWith('/'))
        .find((one) => led(`${one}${nobodys}`)?.isCertain === true);
      const isWithQuery = !url.includes('?') && led(`${url}?belay=0`)?.isCertain === true;
      const chosen = trial ?? (isWithQuery ? url : undefined);
      const there = led(url);
      asks.set(url, {
        url: `${origin}${url}`,
        ...(page === undefined ? {} : { page }),
        ...(chosen === undefined ? {} : { trial: `${origin}${chosen}` }),
        ...(there?.standsIn === undefined ? {} : { standsIn: there.standsIn }),
        ...(there?.hidesErrors === true ? { hidesErrors: true as const } : {}),
        ...(there?.isMetered === true ? { metered: true as const } : {}),
      });
    }
  }
  return { asks: [...asks.values()], unasked };
}

function handsOn({ backends, handles }: NginxLocation): boolean {
  // Where handing on is all there is to say of it, nothing more is said.
  return handles === undefined ? backends.length > 0 : handles.pass !== undefined;
}

interface Led {
  /** Which hand on to it. */
  locations: NginxLocation[];
  /** What the app is asked for then. */
  paths: (string | null)[];
  /** Whatever it depends on, the app is asked. */
  isCertain: boolean;
  standsIn: GatePage['standsIn'];
  hidesErrors: boolean;
  isMetered: boolean;
}

/** What comes of asking for a path; undefined where the app is not asked. */
function ledBy(facts: Facts, bind: Bind, server: NginxServer, gate: Gate, path: string): Led | undefined {
  const { nginx } = facts;
  if (nginx === null) return undefined;
  const { name, port, tls } = gate;
  const ways = waysOf(nginx, server, { name, path, port, tls });
  const usual = ways.filter(({ fallback }) => fallback !== true);
  const isApps = (way: Way): way is Extract<Way, { to: 'backends' }> =>
    way.to === 'backends' && way.backends.some((backend) => leadsTo(backend, bind, facts));
  const apps = usual.filter(isApps);
  if (apps.length === 0) return undefined;
  return {
    locations: apps.map((way) => way.location),
    paths: apps.map((way) => way.path),
    // Of a path that is nobody's there is no file.
    isCertain: usual.every((way) => isApps(way) || (way.to === 'files' && path.includes(nobodys))),
    standsIn: standInOf(ways, apps, (backend) => leadsTo(backend, bind, facts)),
    hidesErrors: apps.some(({ location }) => location.handles?.hidesErrors === true),
    isMetered: apps.some(({ location }) => location.handles?.metered === true),
  };
}

/** What answers where the app does not. */
function standInOf(
  ways: readonly Way[],
  apps: readonly Extract<Way, { to: 'backends' }>[],
  isApps: (backend: NginxBackend) => boolean,
): GatePage['standsIn'] {
  const isOthers = (way: Way): boolean => way.to !== 'backends' || !way.backends.every(isApps);
  const others = ways.filter((way) => way.fallback === true && isOthers(way));
  const isPeered = apps.some(isOthers);
  if (others.length === 0 && !isPeered) return undefined;
  const isWell = isPeered || others.some((way) => way.to !== 'unknown' && (way.status ?? 200) < 400);
  const path = apps.map((way) => way.path).find((one) => one !== null);
  return { ...(path === undefined ? {} : { path }), ...(isWell ? { well: true as const } : {}) };
}

/** The path at which a location begins. */
function headOf({ modifier, pattern }: NginxLocation): string {
  if (modifier === '@') return '/';
  if (!modifier.startsWith('~')) return pattern.startsWith('/') ? pattern : `/${pattern}`;
  const text = pattern
    .replace(/^\^/, '')
    .replace(/\$$/, '')
    .replace(/\\([./-])/g, '$1');
  const literal = /^\/[\w./-]*(?![*?+])/.exec(text)?.[0] ?? '/';
  return literal;
}

function originOf({ name, port, tls }: Gate): string {
  const usual = tls ? 443 : 80;
  return `${tls ? 'https' : 'http'}://${name}${port === usual ? '' : `:${port}`}`;
}
