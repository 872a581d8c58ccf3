import type { App } from '../app/app.js';
import { doubtedNginx, type DoubtedNginx } from './doubted.js';
import { candidatesOf, describe, keyOf, usable, type Candidate } from './bind-candidates.js';
import type { Facts, Listener, NginxBackend, NginxFacts } from '../facts/facts.js';
import type { Finding } from '../findings/finding.js';
import { finder, type Finder } from '../findings/finder.js';
import { filesOf } from './files.js';
import { nginxFindings } from './findings.js';
import type { Bind } from '../app/address.js';
import { isContained } from '../keepers/process-groups.js';
import { isWithin } from '../keepers/touches.js';

export interface BindDecision {
  /** Where the app must listen; null where a finding blocks. */
  bind: Bind | null;
  findings: Finding[];
}

/**
 * Where the app has to listen so that nginx reaches it, read from nginx and never assumed; a number in belay.yml is
 * checked against it.
 *
 * @param host as findings name it
 */
export function decideBind(facts: Facts, app: App, host: string): BindDecision {
  const find = finder(host);
  const { nginx } = facts;
  let chosen: Candidate | null = null;
  let bind: Bind | null;
  const doubted = nginx?.running === true ? undefined : doubtedNginx(facts);
  if (nginx?.strange !== undefined) {
    bind = strange(nginx.strange, find);
  } else if (doubted !== undefined) {
    bind = ofUser(doubted, app, find);
  } else if (nginx?.error !== undefined) {
    bind = unread(nginx.error, facts, app, find);
  } else if (nginx?.incomplete !== undefined && app.port === 'auto') {
    bind = incomplete(nginx.incomplete, find);
  } else {
    const candidates = nginx === null ? [] : candidatesOf(nginx, app.site);
    bind = besideFiles(facts, app, candidates, find);
    if (bind === null) {
      chosen = nginx === null ? null : choose(nginx, candidates, { app, facts }, find);
      bind = chosen === null ? unproxied(facts, app, candidates, find) : proxied(chosen, app, find);
    }
  }
  checkRun(app, bind, find);
  if (nginx !== null) nginxFindings(nginx, app, chosen, find);
  return { bind, findings: find.found };
}

/** Others than root could change what root's nginx reads: then neither it nor what it says is to be relied on. */
function strange(what: string, find: Finder): null {
  find.report(
    'nginx.not-roots',
    'nginx runs as root, and others than root can change its program, its configuration or the way to them; so belay does not ask it.',
    what,
    'Give what is named to root alone: `chown root: FILE && chmod go-w FILE`, of folders too; or copy it into /etc/nginx and include it from there.',
  );
  return null;
}

/** A user's own nginx is not asked by root: what its configuration names would be run and read with root's rights. */
function ofUser({ pid, user, port }: DoubtedNginx, app: App, find: Finder): Bind | null {
  const told = `pid ${pid}, of ${user}, listens on port ${port}`;
  const remedy = `Let belay log in as ${user} (\`User ${user}\` in ~/.ssh/config) and ask it as that user; or let root start nginx.`;
  if (app.port !== 'auto') {
    find.report(
      'nginx.unread',
      `What listens on port ${port} says that it is nginx and is of ${user}, so belay does not ask it: whether it leads to port ${app.port} is not known.`,
      told,
      `${remedy} Or acknowledge this, and name pages under \`verify.external\`.`,
    );
    return { kind: 'port', port: app.port, from: 'belay.yml' };
  }
  find.report(
    'nginx.of-user',
    `What listens on port ${port} says that it is nginx and is of ${user}, so belay does not ask it where the app has to listen.`,
    told,
    `${remedy} Or give \`port\` in belay.yml.`,
  );
  return null;
}

/** nginx did not tell its configuration. Where that is for lack of rights alone, the port of belay.yml is taken at its word. */
function unread(error: string, { system }: Facts, { port }: App, find: Finder): Bind | null {
  const denied = /permission denied/i.test(error) && !system.root;
  if (denied && port !== 'auto') {
    find.report(
      'nginx.unread',
      `nginx’s configuration cannot be read as ${system.user}: whether it leads to port ${port} is not known.`,
      error,
      'Let belay act as root by sudo without a password; or acknowledge this, and name pages under `verify.external`.',
    );
    return { kind: 'port', port, from: 'belay.yml' };
  }
  find.report(
    'nginx.broken',
    'nginx must be able to read its own configuration, because it says where the app has to listen; it cannot.',
    error,
    denied
      ? 'Let belay act as root by sudo without a password, then plan again; or give `port` in belay.yml.'
      : 'Mend what nginx names, check with `nginx -t`, then plan again.',
  );
  return null;
}

/** Of two sites in nginx the right one may be the one that was not read. */
function incomplete(why: string, find: Finder): null {
  find.report(
    'nginx.incomplete',
    'nginx’s configuration is longer than belay reads, so where the app has to listen cannot be told from it.',
    why,
    'Give `port` in belay.yml, or make the configuration shorter: move long maps out of it, remove sites that are not used.',
  );
  return null;
}

/**
 * A static site, whose files nginx serves out of the app's folder itself: `run` serves them a second time, on a port of
 * belay.yml's that nobody else has, so that each release can be proved. null: it is none.
 */
function besideFiles(
  { nginx }: Facts,
  { path, port, site }: App,
  candidates: readonly Candidate[],
  find: Finder,
): Bind | null {
  const server = filesOf(nginx, path);
  const taken = candidates.some((candidate) => keyOf(candidate) === `port ${port}`);
  if (server === null || port === 'auto' || site !== undefined || taken) return null;
  find.report(
    'nginx.serves-files',
    `nginx serves the files of ${path} itself; what \`run\` starts on port ${port} is asked for the proof alone.`,
    `${server.where}: ${server.names.join(' ')}`,
    'Nothing.',
  );
  return { kind: 'port', port, from: 'belay.yml' };
}

/** The one place in nginx that leads to the app; null where there is none, or a finding says why it cannot be told. */
function choose(
  nginx: NginxFacts,
  candidates: readonly Candidate[],
  { app, facts }: { app: App; facts: Facts },
  find: Finder,
): Candidate | null {
  const main = candidates.filter((candidate) => candidate.main);
  if (app.site !== undefined && main.length === 0) {
    const names = nginx.servers.flatMap((server) => server.names).filter((name) => name !== '_');
    find.report(
      'nginx.unknown-site',
      `belay.yml says that the app is reached through ${app.site}; nginx has no server and location of it that hands requests on.`,
      names.length === 0 ? 'nginx has no server_name.' : `nginx knows: ${names.join(', ')}`,
      'Correct `site` in belay.yml, or give nginx a `proxy_pass` there.',
    );
    return null;
  }
  const fitting = candidates.filter((candidate) => keyOf(candidate) === `port ${app.port}`);
  const keys = new Set(main.map(keyOf));
  if (fitting.length === 0 && isAskedDirectly(facts, app, main)) return null;
  if (fitting[0] !== undefined && (app.site === undefined || fitting.some(({ main: isMain }) => isMain)))
    return fitting[0];
  if (keys.size <= 1) return main[0] ?? null;
  if (app.port !== 'auto') {
    find.report(
      'port.mismatch',
      `belay.yml says port ${app.port}, but nginx proxies to none such.`,
      main.map(describe).join('\n'),
      'Write `port: auto`, and with `site` the server_name that leads to this app.',
    );
    return null;
  }
  const ports = portsOfFolder(facts, app).map((port) => `port ${port}`);
  const likely = main.find((candidate) => ports.includes(keyOf(candidate))) ?? main[0];
  const example = likely?.server.names[0] ?? 'words.example.test';
  find.report(
    'nginx.ambiguous-site',
    `nginx proxies to ${keys.size} different addresses, and belay.yml does not say which of them is this app.`,
    main.map(describe).join('\n'),
    `Name the one that leads to this app: \`site: ${example}\` in belay.yml, with a location where needed (\`${example}/tools\`).`,
  );
  return null;
}

/** Whether the app listens at belay.yml's port now, and at whatever nginx leads to some other app is seen to listen. */
function isAskedDirectly(facts: Facts, app: App, main: readonly Candidate[]): boolean {
  if (app.site !== undefined || app.port === 'auto') return false;
  const own = listenersOfFolder(facts, app);
  const isAnothers = (backend: NginxBackend) => {
    const there = facts.listeners.filter(({ port, path }) =>
      backend.kind === 'tcp' ? backend.port === port : backend.kind === 'unix' && backend.path === path,
    );
    return there.length > 0 && !there.some((listener) => own.includes(listener));
  };
  return (
    own.some(({ port }) => port === app.port) &&
    main.every(({ location }) => location.backends.every(isAnothers))
  );
}

function proxied(chosen: Candidate, app: App, find: Finder): Bind | null {
  const bind = usable(chosen, find);
  if (bind === null || app.port === 'auto') return bind;
  if (bind.kind === 'port' && bind.port === app.port) return bind;
  find.report(
    'port.mismatch',
    `belay.yml says port ${app.port}, but nginx proxies to ${bind.kind === 'port' ? `port ${bind.port}` : bind.path}.`,
    describe(chosen),
    'Write `port: auto` in belay.yml, so that nginx’s own is taken; or, where that one is another app’s, first give nginx a ' +
      `\`proxy_pass\` to port ${app.port}.`,
  );
  return null;
}

/** Where nginx leads nowhere near: belay.yml's number, else what listens out of the app's folder. */
function unproxied(facts: Facts, app: App, candidates: readonly Candidate[], find: Finder): Bind | null {
  if (find.found.length > 0) return null;
  if (app.port !== 'auto') {
    if (facts.nginx !== null) {
      find.report(
        'nginx.no-proxy',
        `The app will listen on port ${app.port}, but no server of nginx proxies there.`,
        `${facts.nginx.servers.length} servers, ${candidates.length} locations that hand requests on`,
        'Give nginx a `proxy_pass` for it, or acknowledge this where visitors reach the app in another way.',
      );
    }
    return { kind: 'port', port: app.port, from: 'belay.yml' };
  }
  const ports = portsOfFolder(facts, app);
  if (ports.length === 1 && ports[0] !== undefined) {
    return { kind: 'port', port: ports[0], from: `what listens now out of ${app.path}` };
  }
  find.report(
    'port.unknown',
    `Where the app has to listen cannot be told: ${facts.nginx === null ? 'there is no nginx' : 'nginx proxies nowhere'}, and belay.yml gives no port.`,
    ports.length === 0
      ? `Nothing listens out of ${app.path}.`
      : `Out of ${app.path}, these ports are listened on: ${ports.join(', ')}.`,
    'Give the port in belay.yml: `port: 9999`.',
  );
  return null;
}

/** The ports on which processes listen that work in the app's folder, sorted. */
function portsOfFolder(facts: Facts, app: App): number[] {
  const own = listenersOfFolder(facts, app).filter(({ protocol }) => protocol === 'tcp');
  return [...new Set(own.map(({ port }) => port))].sort((a, b) => a - b);
}

function listenersOfFolder({ app: { realPath }, processes, listeners }: Facts, { path }: App): Listener[] {
  const inside = new Set(
    processes
      .filter(
        (process) =>
          !isContained(process) && (isWithin(process.cwd, realPath) || isWithin(process.cwd, path)),
      )
      .map(({ pid }) => pid),
  );
  return listeners.filter(({ pids }) => pids.some((pid) => inside.has(pid)));
}

/** A start command with an address of its own would listen elsewhere than nginx looks. */
function checkRun(app: App, bind: Bind | null, find: Finder): void {
  if (bind === null) return;
  if (bind.kind === 'socket') {
    if (/\{(?:bind|socket)\}/.test(app.run) && !app.run.includes('{port}')) return;
    find.report(
      'run.no-socket',
      `nginx reaches the app through the socket ${bind.path}, but \`run\` ${app.run.includes('{port}') ? 'asks for a port' : 'has no {bind} that would be replaced by it'}.`,
      `run: ${app.run}`,
      'Write {bind} where the address goes, as in `gunicorn -b {bind} app:app`.',
    );
    return;
  }
  const written = /(?:(?<=[\w.\]*]):|--port[= ]|--bind[= ]|(?<=^|\s)-[bp][= ]?)(\d{2,5})(?!\d)/.exec(
    app.run,
  )?.[1];
  if (app.run.includes('{socket}')) {
    find.report(
      'run.no-port',
      `\`run\` asks for a socket, but the app has to listen on port ${bind.port}.`,
      `run: ${app.run}\n${bind.from}`,
      'Write {bind} where the address goes, as in `gunicorn -b {bind} app:app`.',
    );
    return;
  }
  if (/\{(?:bind|port)\}/.test(app.run) || written === undefined || Number(written) === bind.port) return;
  find.report(
    'port.mismatch',
    `\`run\` has port ${written} written into it, but the app has to listen on ${bind.port}.`,
    `run: ${app.run}\n${bind.from}`,
    'Write {bind} where the address goes, as in `gunicorn -b {bind} app:app`.',
  );
}
