import type { Facts, NginxFacts, NginxLocation, NginxServer } from '../../facts/facts.js';
import type { App } from '../../app/app.js';
import type { Bind } from '../../app/address.js';
import { externalPages, internalPages } from '../../app/pages.js';
import { doorsOf, isPlain, reachable } from './names.js';
import { pagesAt } from './pages.js';
import type { AccessLog, Front, GatePage } from './gates.js';
import type { Gate } from '../../app/gate.js';
import { reachedServers } from '../routing/listening.js';
import { serversNamed } from '../routing/match.js';
import { leadsTo } from '../routing/own-address.js';

const most = 20;
const mostAsks = 40;

/** null: no server of nginx leads to the app. */
export function frontOf(facts: Facts, app: App, bind: Bind | null): Front | null {
  const { nginx } = facts;
  if (nginx === null || bind === null || !nginx.running) return null;
  const leads = ({ backends }: NginxLocation) => backends.some((backend) => leadsTo(backend, bind, facts));
  const servers = reachedServers(nginx.servers).filter(({ locations }) => locations.some(leads));
  if (servers.length === 0) return null;
  const wanted = externalPages(app).map(({ at }) => new URL(at).hostname);
  const named = app.site?.split('/')[0];
  const likely = [...wanted, ...(named !== undefined && isPlain(named) ? [named] : [])];
  const { asks, unasked } = asksOf(facts, bind, { servers, likely, app, leads });
  const own = servers.flatMap((server) => server.names.find(isPlain) ?? []);
  const names = [...new Set([...wanted, ...own, ...asks.map(({ gate }) => gate.name)])].slice(0, most);
  return {
    gates: gatesOf(nginx.servers, names, asks),
    urls: asks.map(({ url }) => url),
    asks,
    ...(unasked.length === 0 ? {} : { unasked }),
    accessLogs: logsOf(nginx, servers, leads),
  };
}

/** Every gate of the servers that lead to the app, with what is asked there. */
function asksOf(
  facts: Facts,
  bind: Bind,
  of: {
    servers: readonly NginxServer[];
    likely: readonly string[];
    app: App;
    leads: (location: NginxLocation) => boolean;
  },
): { asks: GatePage[]; unasked: string[] } {
  const pages = [...new Set(internalPages(of.app).map(({ at }) => at))];
  const asks: GatePage[] = [];
  const unasked = new Set<string>();
  for (const server of of.servers) {
    const locations = server.locations.filter(of.leads);
    for (const door of doorsOf(facts.nginx?.servers ?? [], server, of.likely)) {
      if ('unasked' in door) {
        unasked.add(door.unasked);
        continue;
      }
      const { gate, ...rest } = door;
      const found = pagesAt(facts, bind, server, { gate, locations, pages });
      asks.push(...found.asks.map((ask) => ({ ...ask, gate, ...rest })));
      // What only nginx itself leads to, by `try_files`, `error_page` or `rewrite`, is asked where it comes from.
      for (const { modifier, pattern, where } of found.asks.length > 0
        ? found.unasked.filter(({ modifier, handles }) => modifier !== '@' && handles?.internal !== true)
        : found.unasked)
        unasked.add(
          `${gate.name} ${modifier === '@' ? '' : modifier}${pattern} (${where}): no URL is known that comes there`,
        );
    }
  }
  // The longer a list, the less of it is read.
  if (asks.length > mostAsks)
    unasked.add(`${asks.length - mostAsks} of ${asks.length} pages at nginx’s gates: more than belay asks`);
  return { asks: asks.slice(0, mostAsks), unasked: [...unasked].slice(0, most) };
}

/** Where nginx takes requests for names: for what belay.yml asks, and where redirects lead. */
export function gatesOf(
  servers: readonly NginxServer[],
  names: readonly string[],
  asks: readonly GatePage[],
): Gate[] {
  const all = names.flatMap((name) => {
    const named = serversNamed(servers, name);
    const answering =
      named.length > 0 ? named : servers.filter(({ listens }) => listens.some((one) => one.default));
    return answering.flatMap(({ listens }) =>
      listens.flatMap(({ address, port, tls, proxyProtocol }): Gate[] =>
        // What a balancer in front has to say first, nobody else can say.
        port === 0 || proxyProtocol === true ? [] : [{ name, address: reachable(address), port, tls }],
      ),
    );
  });
  const unique = [...all, ...asks.map(({ gate }) => gate)].map(
    (gate) => [JSON.stringify(gate), gate] as const,
  );
  return [...new Map(unique).values()].slice(0, 2 * mostAsks);
}

/** Where requests to the app are logged. @param leads whether a location takes them */
export function logsOf(
  { servers: all, logFormats = {} }: NginxFacts,
  servers: readonly NginxServer[],
  leads: (location: NginxLocation) => boolean,
): AccessLog[] {
  const files = new Set(
    servers.flatMap(({ accessLogs = [], locations }) =>
      locations.filter(leads).flatMap((location) => location.accessLogs ?? accessLogs),
    ),
  );
  const elsewhere = (file: string) =>
    all.some(({ accessLogs = [], locations }) =>
      locations.some(
        (location) =>
          location.backends.length > 0 &&
          !leads(location) &&
          (location.accessLogs ?? accessLogs).includes(file),
      ),
    );
  return [...files].slice(0, 5).map((file) => {
    const format = logFormats[file];
    return { file, shared: elsewhere(file), ...(format === undefined ? {} : { format }) };
  });
}
