import type { Route } from '../domain/environment/environment.js';
import type { VisitorLog, Visitors } from '../domain/environment/visited.js';
import type { NginxFacts, NginxRule, NginxServer } from '../domain/facts/facts.js';
import { readingOf } from '../domain/nginx/gates/log-format.js';
import { addressOf } from '../domain/nginx/routing/pass.js';

/** Logs that are looked at. */
const mostLogs = 3;

/**
 * Where nginx writes down what visitors ask of an app. A log that other sites are logged in too is left out where its lines do not tell for
 * which name they are.
 * @param site as belay.yml has it: a name, and the place below which the app is
 * @param origin of the page that visitors begin with
 */
export function visitorsOf(
  { servers, logFormats = {} }: NginxFacts,
  route: Route,
  site: string,
  origin: string | null,
): Visitors {
  const [name = '', ...rest] = site.split('/');
  const own = servers.filter(({ names }) => names.includes(name));
  const files = new Set([
    ...(route.location.accessLogs ?? route.server.accessLogs ?? []),
    ...own.flatMap(({ accessLogs = [] }) => accessLogs),
  ]);
  const logs: VisitorLog[] = [];
  const unread: string[] = [];
  for (const file of [...files].slice(0, mostLogs)) {
    const format = logFormats[file];
    const { status, host: named, referer } = format === undefined ? {} : readingOf(format);
    const isShared = servers.some((server) => !own.includes(server) && logsIn(server, file));
    // What was asked for from a page of the site is of the site.
    const host = named ?? (isShared ? referer : undefined);
    if (format === undefined) unread.push(`${file}: it is not known how its lines are written`);
    else if (isShared && host === undefined)
      unread.push(`${file}: other sites are logged there too, and a line does not tell of which it is`);
    else
      logs.push({
        file,
        ...(status === undefined ? {} : { status }),
        ...(host === undefined ? {} : { host }),
      });
  }
  return { name, place: `/${rest.join('/')}`, origin, logs, inside: insideOf(route), unread };
}

/** Whether a server that serves something logs there. */
function logsIn({ accessLogs = [], locations }: NginxServer, file: string): boolean {
  return locations.some(
    ({ accessLogs: own, backends, root }) =>
      (backends.length > 0 || root !== undefined) && (own ?? accessLogs).includes(file),
  );
}

function rewrites(rules: readonly NginxRule[] = []): boolean {
  return rules.some((rule) => rule.do === 'rewrite' || (rule.do === 'if' && rewrites(rule.rules)));
}

/** Where nothing rewrites an address on its way, proxy_pass says what becomes of it. */
function insideOf({ location, server }: Route): Visitors['inside'] {
  const { modifier, pattern, handles } = location;
  const { pass } = handles ?? {};
  if (rewrites(server.rules) || rewrites(handles?.rules)) return null;
  const same = { from: '/', to: '/' };
  if (pass === undefined || pass.by !== 'proxy_pass') return same;
  const { path } = addressOf(pass.text);
  if (path === undefined) return pass.text.includes('$') ? null : same;
  if (pass.text.includes('$') || !['', '^~'].includes(modifier)) return null;
  return { from: pattern, to: path };
}
