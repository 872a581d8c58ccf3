import { factsAbout, type Environment, type Route, type Service } from '../domain/environment/environment.js';
import { ownEntryOf } from '../domain/keepers/own-entry.js';
import { ownProgramOf } from '../domain/keepers/own-program.js';
import { whyNotByItself } from '../domain/keepers/own-rehearsal.js';
import type { NginxServer } from '../domain/facts/facts.js';
import { filesOf } from '../domain/nginx/site/files.js';
import { unitOf } from '../domain/keepers/evidence.js';
import { foundKind, userOf } from '../domain/keepers/kinds/of-group.js';
import { whoText, type Decided, type Known, type Said } from './decision.js';
import { hasTls, pageOf, pageOfFiles } from './pages.js';
import { siteOf } from './routes.js';
import { visitorsOf } from './visitors.js';

/** What was chosen: the folder, what listens, how nginx leads there, how it is started. */
export interface Choice {
  path: Known<string>;
  service: Service | null;
  route: Route | null;
  run: Known<string>;
}

/** The settings that follow from the choice. */
export function settle(environment: Environment, choice: Choice, said: Said): Decided {
  const { service, route, path, run } = choice;
  const process = service?.process ?? null;
  const site = route === null ? null : (said.site ?? siteOf(route));
  const kept = service?.kept ?? null;
  const own = kept === null ? undefined : foundKind(kept).appOf?.(kept);
  const user = (kept && process && userOf(kept, process)) ?? process?.user ?? '';
  return {
    path,
    kind: null,
    run,
    user:
      service === null || user === ''
        ? nginxUser(environment)
        : { value: user, from: `whom ${whoText(service)} runs as` },
    stays: staysOf(environment, choice),
    keptBy: service?.keeper ?? null,
    site: site === null || route === null ? null : { value: site, from: `nginx, ${route.location.where}` },
    port: portOf(environment, choice),
    envFile: envFileOf(environment, choice),
    external:
      route === null ? externalOfFiles(environment, path.value) : externalOf(environment, site, route),
    visitors: visitorsOn(environment, site, route),
    bind: service === null ? null : bindOf(service),
    name: own ?? null,
    variables: process?.variables ?? [],
  };
}

/** The unit, the program of supervisord's or the entry of pm2's that keeps it and that belay did not make. */
function staysOf({ survey }: Environment, { service, path }: Choice): Decided['stays'] {
  if (service?.kept == null) return null;
  const facts = factsAbout(survey, path.value);
  const named = foundKind(service.kept).named(service.kept, facts, path.value);
  if (named === null) return null;
  const app = { name: '', environment: 'production', path: path.value, run: '', rehearse: true };
  const own = { ...app, [named.key]: named.value };
  const bind = bindOf(service);
  const why =
    named.key === 'unit' || bind === null
      ? undefined
      : whyNotByItself(
          { app, unit: null, program: ownProgramOf(facts, own), entry: ownEntryOf(facts, own) },
          facts,
          bind,
        );
  return { ...named, from: `what keeps ${whoText(service)}`, isRehearsed: why === undefined };
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

function portOf(environment: Environment, { service, route }: Choice): Decided['port'] {
  if (route !== null) {
    const { backend, location } = route;
    const to =
      backend.kind === 'tcp' ? `port ${backend.port}` : backend.kind === 'unix' ? backend.path : backend.text;
    return { value: 'auto', from: `nginx leads to ${to} (${location.where})` };
  }
  const bind = service === null ? null : bindOf(service);
  if (bind?.kind === 'port') return { value: bind.port, from: `${bind.from}, to which nginx does not lead` };
  return { value: freePort(environment), from: 'free on the server; nginx does not lead to the app yet' };
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

function visitorsOn({ survey }: Environment, site: string | null, route: Route | null): Decided['visitors'] {
  if (site === null || route === null || survey.nginx === null) return null;
  const [name = ''] = site.split('/');
  const named = serversNamed(survey, name, route);
  const server = named.find(hasTls) ?? named[0];
  const first = server === undefined ? null : pageOf(server, name, '', '');
  return visitorsOf(survey.nginx, route, site, first === null ? null : new URL(first.value).origin);
}

function serversNamed({ nginx }: Environment['survey'], name: string, route: Route): NginxServer[] {
  return [route.server, ...(nginx?.servers ?? [])].filter(({ names }) => names.includes(name));
}

/** The page that visitors begin with: with TLS where nginx serves that name so. */
function externalOf({ survey }: Environment, site: string | null, route: Route): Known<string> | null {
  if (site === null) return null;
  const [name = '', ...rest] = site.split('/');
  const named = serversNamed(survey, name, route);
  // What answers below a location of an API need not be a page.
  const server = named.find(hasTls) ?? (rest.length === 0 ? named[0] : undefined);
  return server === undefined ? null : pageOf(server, name, rest.join('/'), '');
}

function externalOfFiles({ survey }: Environment, path: string): Known<string> | null {
  const server = filesOf(survey.nginx, path);
  return server === null ? null : pageOfFiles(server);
}
