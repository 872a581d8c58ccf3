import type { Facts, NginxLocation, NginxServer } from '../facts/facts.js';
import type { App } from '../app/app.js';
import { locationFor, serversNamed } from './match.js';
import { leadsTo } from './own-address.js';
import { externalPages, internalPages } from '../app/pages.js';
import type { AccessLog, Front, Gate } from './gates.js';
import type { Bind } from '../app/address.js';

const most = 20;

/** null: no server of nginx leads to the app. */
export function frontOf(facts: Facts, app: App, bind: Bind | null): Front | null {
  const { nginx } = facts;
  if (nginx === null || bind === null || !nginx.running) return null;
  const leads = ({ backends }: NginxLocation) => backends.some((backend) => leadsTo(backend, bind, facts));
  const servers = nginx.servers.filter(({ locations }) => locations.some(leads));
  if (servers.length === 0) return null;
  const wanted = externalPages(app).map(({ at }) => new URL(at).hostname);
  const names = [...new Set([...wanted, ...siteNames(servers, app)])].slice(0, most);
  const gates = names.flatMap((name) => gatesOf(nginx.servers, name)).slice(0, most);
  return {
    gates,
    urls: urlsOf(servers, names, app, leads),
    accessLogs: logsOf(nginx.servers, servers, leads),
  };
}

/** The name in `site`, else the first of each server that is one name and no pattern. */
function siteNames(servers: readonly NginxServer[], { site }: App): string[] {
  const named = site?.split('/')[0];
  if (named !== undefined && isPlain(named)) return [named];
  return servers.flatMap(({ names }) => names.find(isPlain) ?? []);
}

function isPlain(name: string): boolean {
  return /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(name);
}

function gatesOf(servers: readonly NginxServer[], name: string): Gate[] {
  const named = serversNamed(servers, name);
  const answering =
    named.length > 0 ? named : servers.filter(({ listens }) => listens.some((one) => one.default));
  return answering.flatMap(({ listens }) =>
    listens.flatMap(({ address, port, tls, proxyProtocol }): Gate[] =>
      // What a balancer in front has to say first, nobody else can say.
      port === 0 || proxyProtocol === true ? [] : [{ name, address: reachable(address), port, tls }],
    ),
  );
}

function reachable(address: string): string {
  if (['', '*', '0.0.0.0', 'localhost'].includes(address)) return '127.0.0.1';
  return address === '::' ? '::1' : address;
}

/** Internal paths that nginx hands to the app, asked under the first name that leads there. */
function urlsOf(
  servers: readonly NginxServer[],
  names: readonly string[],
  app: App,
  leads: (location: NginxLocation) => boolean,
): string[] {
  const urls = internalPages(app).flatMap(({ at }) => {
    const path = at.split('?')[0] ?? '/';
    for (const name of names) {
      const serving = serversNamed(servers, name).filter((server) => {
        const location = locationFor(server, path);
        return location !== null && leads(location);
      });
      const [gate] = serving
        .flatMap((server) => gatesOf([server], name))
        .sort((a, b) => Number(b.tls) - Number(a.tls));
      if (gate !== undefined) return [`${originOf(gate)}${at}`];
    }
    return [];
  });
  return urls.slice(0, most);
}

function originOf({ name, port, tls }: Gate): string {
  const usual = tls ? 443 : 80;
  return `${tls ? 'https' : 'http'}://${name}${port === usual ? '' : `:${port}`}`;
}

function logsOf(
  all: readonly NginxServer[],
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
  return [...files].slice(0, 5).map((file) => ({ file, shared: elsewhere(file) }));
}
