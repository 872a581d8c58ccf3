import type {
  Facts,
  Listener,
  NginxBackend,
  NginxLocation,
  NginxServer,
  ProcessFacts,
} from '../facts/facts.js';
import type { Kept } from '../keepers/kinds/all.js';
import { keeperOf, keeperText, survivesBoot } from '../keepers/kinds/of-group.js';
import type { Bind } from '../app/address.js';
import { isHostOfOthers, lineage, servingGroups, type AppView } from '../keepers/process-groups.js';
import { isOwn, reaches } from '../nginx/routing/own-address.js';
import type { Survey } from './survey.js';

/** A process that listens, with its workers: who it is, who keeps it, and who sends it visitors. */
export interface Service {
  listeners: Listener[];
  /** null: which process it is cannot be seen. */
  process: ProcessFacts | null;
  kept: Kept | null;
  /** What would start it again, in words. */
  keeper: string;
  /** Whether it comes back by itself after a reboot. */
  boot: 'yes' | 'no' | 'unknown';
  /** The app's path, where it works in a folder that may be one. */
  path: string | null;
  routes: Route[];
}

/** A location of nginx, and one of the addresses that it hands requests on to. */
export interface Route {
  server: NginxServer;
  location: NginxLocation;
  backend: NginxBackend;
}

/** A survey, seen as services and the ways that lead to them. */
export interface Environment {
  host: string;
  survey: Survey;
  services: Service[];
  /** Ways to addresses of this host on which nobody listens. */
  silent: Route[];
}

/** @param host as the user names it */
export function environmentOf(survey: Survey, host: string): Environment {
  const routes = (survey.nginx?.servers ?? []).flatMap((server) =>
    server.locations.flatMap((location) =>
      location.modifier === '@' ? [] : location.backends.map((backend) => ({ server, location, backend })),
    ),
  );
  const services = servicesOf(survey).map((service) => ({
    ...service,
    routes: routes.filter(({ backend }) =>
      service.listeners.some((listener) => reaches(backend, listener, survey)),
    ),
  }));
  const silent = routes.filter(
    ({ backend }) =>
      isOwn(backend, survey) && !survey.listeners.some((listener) => reaches(backend, listener, survey)),
  );
  return { host, survey, services, silent };
}

/** A survey as the facts of one app, for the rules that judge an app. */
export function factsAbout(survey: Survey, path: string, realPath = path): Facts {
  const app = survey.app ?? {
    kind: 'directory' as const,
    realPath,
    parentWritable: true,
    releases: [],
    fence: null,
  };
  return { ...survey, app, disk: null };
}

/** The app's path, for a folder that a process works in; null where that is nobody's app. */
export function appPathOf(folder: string): string | null {
  const belay = /^(\/.+)\.belay\/releases\/[^/]+\/tree(?:\/|$)/.exec(folder);
  if (belay?.[1] !== undefined) return belay[1];
  return folder === '' || nobodysApp.test(folder) ? null : folder;
}

const nobodysApp =
  /^\/(?:(?:bin|boot|dev|etc|lib\w*|proc|run|sbin|sys)(?:\/.*)?|usr\/(?:bin|sbin|lib\w*|share)(?:\/.*)?|home(?:\/[^/]*)?|(?:media|mnt|opt|root|srv|tmp|usr|usr\/local|var)?|var\/(?:cache|lib|log|spool|tmp)(?:\/.*)?|var\/www)$/;

function servicesOf(survey: Survey): Omit<Service, 'routes'>[] {
  const services = new Map<string, Omit<Service, 'routes'>>();
  for (const listener of survey.listeners) {
    const found = serviceOf(survey, listener);
    const key = found.process === null ? `${listener.address} ${listener.port}` : String(found.process.pid);
    const known = services.get(key);
    if (known === undefined) services.set(key, found);
    else known.listeners.push(listener);
  }
  return [...services.values()];
}

function serviceOf(survey: Survey, listener: Listener): Omit<Service, 'routes'> {
  const byPid = new Map(survey.processes.map((process) => [process.pid, process]));
  const seen = listener.pids.map((pid) => byPid.get(pid)).find((process) => process !== undefined);
  if (seen === undefined)
    return {
      listeners: [listener],
      process: null,
      kept: null,
      keeper: 'unknown',
      boot: 'unknown',
      path: null,
    };
  const clustered = clusteredService(survey, seen, listener, byPid);
  if (clustered !== null) return clustered;
  const facts = factsAbout(survey, appPathOf(seen.cwd) ?? '/');
  const bind: Bind =
    listener.path === undefined
      ? { kind: 'port', port: listener.port, from: '' }
      : { kind: 'socket', path: listener.path, from: '' };
  const path = appPathOf(seen.cwd);
  const view: AppView = { facts, bind, folders: path === null ? [] : [path, seen.cwd], byPid };
  const group = servingGroups(view).find(({ members }) =>
    members.some(({ pid }) => listener.pids.includes(pid)),
  );
  const root = group?.root ?? seen;
  const kept = group === undefined ? null : keeperOf(group, view);
  return {
    listeners: [listener],
    process: root,
    kept,
    keeper: keeperText(kept),
    boot: survivesBoot(kept, survey, path),
    path: isHostOfOthers(root) ? null : path,
  };
}

/**
 * In pm2's cluster mode the daemon itself holds the socket, wherever it was first started: the app is the entry that has
 * the port, or the only one in that mode. null: it is none of pm2's, or which one it is cannot be told.
 */
function clusteredService(
  survey: Survey,
  process: ProcessFacts,
  listener: Listener,
  byPid: ReadonlyMap<number, ProcessFacts>,
): Omit<Service, 'routes'> | null {
  const daemon = survey.pm2.find(({ daemonPid }) => daemonPid === process.pid);
  const clustered = (daemon?.entries ?? []).filter(({ mode }) => mode === 'cluster');
  const exact = clustered.filter(({ port }) => port === String(listener.port));
  const entries = exact.length > 0 ? exact : clustered.filter(({ port }) => port === undefined);
  const [entry] = entries;
  if (daemon === undefined || entry === undefined || entries.some(({ name }) => name !== entry.name))
    return null;
  const path = appPathOf(entry.cwd);
  const kept: Kept = { by: 'pm2', daemon, entries };
  const worker = entries.map((each) => byPid.get(each.pid)).find((one) => one !== undefined);
  return {
    listeners: [listener],
    process: worker ?? process,
    kept,
    keeper: keeperText(kept),
    boot: survivesBoot(kept, survey, path),
    path,
  };
}

/** `words.example.test /tools → 127.0.0.1:9999 (/etc/nginx/sites-enabled/words:4)` */
export function routeText({ server, location, backend }: Route): string {
  return `${siteText({ server, location })} → ${backendText(backend)} (${location.where})`;
}

/** `127.0.0.1:9999`, `[::1]:9999`, `unix:/run/words.sock`, or what could not be resolved. */
export function backendText(backend: NginxBackend): string {
  if (backend.kind === 'unix') return `unix:${backend.path}`;
  if (backend.kind === 'unresolvable') return backend.text;
  const { address, port } = backend;
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}

/** `words.example.test`, `words.example.test /tools` */
export function siteText({ server, location }: Pick<Route, 'server' | 'location'>): string {
  const name = server.names.find((one) => one !== '_' && one !== '') ?? 'any name';
  const place = `${location.modifier} ${location.pattern}`.trim();
  return place === '/' ? name : `${name} ${place}`;
}

/** The services that work in an app's folder, by its path. */
export function byPath({ services }: Environment): Map<string, Service[]> {
  const paths = new Map<string, Service[]>();
  for (const service of services) {
    if (service.path === null) continue;
    paths.set(service.path, [...(paths.get(service.path) ?? []), service]);
  }
  return paths;
}

/** What works in an app's folder without listening: workers, bots, what somebody left running. */
export function idleProcesses({ survey, services }: Environment): ProcessFacts[] {
  const byPid = new Map(survey.processes.map((process) => [process.pid, process]));
  const view: AppView = { facts: factsAbout(survey, '/'), bind: null, folders: [], byPid };
  const serving = new Set(services.flatMap(({ process }) => (process === null ? [] : [process.pid])));
  const idle = survey.processes.filter(
    (process) =>
      appPathOf(process.cwd) !== null &&
      !isHostOfOthers(process) &&
      process.command.length > 0 &&
      !lineage(process, view).some(({ pid }) => serving.has(pid)) &&
      // Nor a server's own wrapper, such as `npm start`.
      !survey.processes.some((child) => serving.has(child.pid) && lineage(child, view).includes(process)),
  );
  return idle.filter(({ parent }) => !idle.some(({ pid }) => pid === parent));
}
