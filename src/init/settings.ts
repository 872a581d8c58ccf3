import type { Environment, Route, Service } from '../domain/environment/environment.js';
import type { NginxServer } from '../domain/facts/facts.js';
import { unitOf } from '../domain/keepers/keepers.js';
import { filesOf } from '../domain/nginx/files.js';
import { whoText, type Decided, type Known, type Said } from './decision.js';
import type { Framework } from './framework.js';
import { siteOf, visitorsName } from './routes.js';

/** What was chosen: the folder, what listens, how nginx leads there, how it is started. */
export interface Choice {
  path: Known<string>;
  service: Service | null;
  route: Route | null;
  run: Known<string>;
  framework: Framework;
}

/** The settings that follow from the choice. */
export function settle(environment: Environment, choice: Choice, said: Said): Decided {
  const { service, route, path, run } = choice;
  const process = service?.process ?? null;
  const user = service?.kept?.by === 'pm2' ? service.kept.daemon.user : (process?.user ?? '');
  const site = route === null ? null : (said.site ?? siteOf(route));
  const unit = service?.kept?.by === 'unit' ? service.kept.unit.unit : '';
  return {
    path,
    run,
    user:
      service === null || user === ''
        ? nginxUser(environment)
        : { value: user, from: `whom ${whoText(service)} runs as` },
    keptBy: service?.keeper ?? null,
    site: site === null || route === null ? null : { value: site, from: `nginx, ${route.location.where}` },
    port: portOf(environment, choice),
    envFile: envFileOf(environment, choice),
    external:
      route === null ? externalOfFiles(environment, path.value) : externalOf(environment, site, route),
    bind: service === null ? null : bindOf(service),
    name: /^belay-(.+)\.service$/.exec(unit)?.[1] ?? null,
    variables: process?.variables ?? [],
  };
}

/** Whom web servers run as on this host: for an app that nobody runs yet, better than root. */
function nginxUser({ survey }: Environment): Known<string> | null {
  const worker = survey.processes.find(
    ({ command, parent }) =>
      command[0]?.startsWith('nginx: worker process') === true &&
      survey.processes.find(({ pid }) => pid === parent)?.user === 'root',
  );
  if (worker === undefined || worker.user === '' || worker.user === 'root') return null;
  return { value: worker.user, from: 'whom nginx’s own processes run as; nothing of the app runs yet' };
}

function bindOf(service: Service): Decided['bind'] {
  const [listener] = service.listeners;
  if (listener === undefined) return null;
  const from = whoText(service);
  return listener.path === undefined
    ? { kind: 'port', port: listener.port, from }
    : { kind: 'socket', path: listener.path, from };
}

/** From here on a free port is looked for. */
const firstPort = 8001;

function portOf(environment: Environment, { service, route, framework }: Choice): Decided['port'] {
  if (route !== null) {
    const { backend, location } = route;
    const to =
      backend.kind === 'tcp' ? `port ${backend.port}` : backend.kind === 'unix' ? backend.path : backend.text;
    return { value: 'auto', from: `nginx leads to ${to} (${location.where})` };
  }
  const bind = service === null ? null : bindOf(service);
  if (bind?.kind === 'port') return { value: bind.port, from: `${bind.from}, to which nginx does not lead` };
  const why =
    framework.kind === 'static'
      ? 'nginx serves the files; here each release is proved'
      : 'nginx does not lead to the app yet';
  return { value: freePort(environment), from: `free on the server; ${why}` };
}

function freePort({ survey }: Environment): number {
  const servers = survey.nginx?.servers ?? [];
  const backends = servers.flatMap(({ locations }) => locations.flatMap((location) => location.backends));
  const taken = new Set([
    ...survey.listeners.map(({ port }) => port),
    ...backends.map((backend) => (backend.kind === 'tcp' ? backend.port : 0)),
  ]);
  let port = firstPort;
  while (taken.has(port)) port += 1;
  return port;
}

/** The one file of variables that the unit has, belay's own left out. */
function envFileOf({ survey }: Environment, { service, path }: Choice): Known<string> | null {
  const name = unitOf(service?.process?.cgroup ?? '');
  const unit = survey.units.find((one) => one.unit === name);
  const [file, ...others] = (unit?.environmentFiles ?? []).filter((one) => !one.includes('.belay/'));
  if (unit === undefined || file === undefined || others.length > 0) return null;
  const inside = file.startsWith(`${path.value}/`);
  return {
    value: inside ? file.slice(path.value.length + 1) : file,
    from: `EnvironmentFile of ${unit.unit}`,
  };
}

/** The page that visitors begin with, where nginx serves that name with TLS. */
function externalOf({ survey }: Environment, site: string | null, route: Route): Known<string> | null {
  if (site === null) return null;
  const [name = '', ...rest] = site.split('/');
  const secure = (server: NginxServer) =>
    server.names.includes(name) && server.listens.some(({ tls }) => tls);
  const server = [route.server, ...(survey.nginx?.servers ?? [])].find(secure);
  if (server === undefined) return null;
  return { value: urlOf(server, name, rest.join('/')), from: `nginx, ${server.where}: with TLS` };
}

function externalOfFiles({ survey }: Environment, path: string): Known<string> | null {
  const server = filesOf(survey.nginx, path);
  const name = visitorsName(server?.names ?? []);
  if (server === null || name === null || !server.listens.some(({ tls }) => tls)) return null;
  return { value: urlOf(server, name, ''), from: `nginx, ${server.where}: its root lies there` };
}

function urlOf({ listens }: NginxServer, name: string, path: string): string {
  const ports = listens.filter(({ tls }) => tls).map(({ port }) => port);
  const port = ports.includes(443) || ports[0] === undefined ? '' : `:${ports[0]}`;
  return `https://${name}${port}/${path}`;
}
