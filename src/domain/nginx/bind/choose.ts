import type { App } from '../../app/app.js';
import { externalPages } from '../../app/pages.js';
import type { Facts, NginxBackend, NginxFacts } from '../../facts/facts.js';
import type { Finder } from '../../findings/finder.js';
import { candidatesOf, siteParts, type Candidate } from './candidates.js';
import { describe, keyOf } from './candidate-text.js';
import { serversNamed } from '../routing/match.js';
import { isOwn, reaches } from '../routing/own-address.js';
import { listenersOfFolder, portsOfFolder } from './own-listeners.js';
import { speaksHttp } from './usable.js';
import { isServedByApp, mayBeApps } from './whose.js';

/** The one place in nginx that leads to the app; null where there is none, or a finding says why it cannot be told. */
export function choose(
  nginx: NginxFacts,
  candidates: readonly Candidate[],
  { app, facts }: { app: App; facts: Facts },
  find: Finder,
): Candidate | null {
  const main = preferred(candidates.filter((candidate) => candidate.main));
  if (app.site !== undefined && main.length === 0) return unknownSite(nginx, app.site, find);
  const fitting = candidates.filter((candidate) => fits(candidate, app, facts));
  if (fitting.length === 0 && isAskedDirectly(facts, app, main)) return null;
  const fit = fitting.find((candidate) => candidate.main) ?? fitting[0];
  if (fit !== undefined && (app.site === undefined || fit.main)) return fit;
  const keys = new Set(main.map(keyOf));
  const [first] = main;
  if (first === undefined) return null;
  if (keys.size === 1) {
    if (app.site !== undefined || app.port !== 'auto' || mayBeApps(first, facts, app)) return first;
    return othersOnly(first, app, find);
  }
  if (app.port !== 'auto') {
    find.report(
      'port.mismatch',
      `belay.yml says port ${app.port}, but nginx proxies to none such.`,
      main.map(describe).join('\n'),
      'Write `port: auto`, and with `site` the server_name that leads to this app.',
    );
    return null;
  }
  return told(nginx, main, facts, app) ?? ambiguous(main, facts, app, find);
}

/** A server’s place for PHP or the like beside the one that speaks HTTP is none of the app’s. */
function preferred(main: readonly Candidate[]): readonly Candidate[] {
  const http = main.filter(speaksHttp);
  return http.length > 0 ? http : main;
}

function unknownSite(nginx: NginxFacts, site: string, find: Finder): null {
  const names = nginx.servers.flatMap((server) => server.names).filter((name) => name !== '_');
  find.report(
    'nginx.unknown-site',
    `belay.yml says that the app is reached through ${site}; nginx has no server and location of it that hands requests on.`,
    names.length === 0 ? 'nginx has no server_name.' : `nginx knows: ${names.slice(0, 50).join(', ')}`,
    'Correct `site` in belay.yml, or give nginx a `proxy_pass` there.',
  );
  return null;
}

function fits({ backends }: Candidate, { port }: App, facts: Facts): boolean {
  return (
    backends.some((backend) => backend.kind === 'tcp' && backend.port === port && isOwn(backend, facts)) &&
    backends.every((backend) => backend.kind === 'tcp' && backend.port === port)
  );
}

/** Whether the app listens at belay.yml's port now, and at whatever nginx leads to some other app is seen to listen. */
function isAskedDirectly(facts: Facts, app: App, main: readonly Candidate[]): boolean {
  if (app.site !== undefined || app.port === 'auto') return false;
  const own = listenersOfFolder(facts, app);
  const isAnothers = (backend: NginxBackend) => {
    const there = facts.listeners.filter((listener) => reaches(backend, listener, facts));
    return there.length > 0 && !there.some((listener) => own.includes(listener));
  };
  return (
    own.some(({ port }) => port === app.port) && main.every(({ backends }) => backends.every(isAnothers))
  );
}

/** Nobody listens there, and nothing says that it would be this app: it may be another site’s, which is down. */
function othersOnly(only: Candidate, app: App, find: Finder): null {
  const name = only.server.names[0] ?? 'words.example.test';
  find.report(
    'nginx.ambiguous-site',
    'nginx hands requests on to one address, on which nobody listens, and nothing says that it is this app’s and not another site’s.',
    describe(only),
    `Where it is this app’s, say so: \`site: ${name}\` in belay.yml. Else give nginx a \`proxy_pass\` for ${app.name}, or belay.yml its \`port\`.`,
  );
  return null;
}

/** Of several the one that belay.yml's own pages, or what listens out of the app's folder, tell. */
function told(nginx: NginxFacts, main: readonly Candidate[], facts: Facts, app: App): Candidate | undefined {
  const pages = new Set(externalPages(app).map(({ at }) => new URL(at)));
  const asked =
    app.site !== undefined
      ? []
      : [...pages].flatMap(({ hostname, pathname }) => {
          const servers = serversNamed(nginx.servers, hostname).filter(({ names }) =>
            names.some((name) => name.toLowerCase() === hostname),
          );
          return candidatesOf(nginx, `${hostname}${pathname}`, facts).filter(
            (candidate) => candidate.main && servers.includes(candidate.server),
          );
        });
  const served = main.filter((candidate) => isServedByApp(candidate, facts, app));
  return [preferred(asked), served]
    .filter((some) => new Set(some.map(keyOf)).size === 1)
    .flatMap(([first]) => first ?? [])[0];
}

function ambiguous(main: readonly Candidate[], facts: Facts, app: App, find: Finder): null {
  const ports = portsOfFolder(facts, app).map((port) => `port ${port}`);
  const likely = main.find((candidate) => ports.includes(keyOf(candidate))) ?? main[0];
  const example = likely?.server.names[0] ?? 'words.example.test';
  const remedy =
    app.site === undefined
      ? `Name the one that leads to this app: \`site: ${example}\` in belay.yml, with a location where needed (\`${example}/tools\`).`
      : `Name its location (\`site: ${siteParts(app.site).name}/tools\`) or give its \`port\` in belay.yml.`;
  find.report(
    'nginx.ambiguous-site',
    `nginx proxies to ${new Set(main.map(keyOf)).size} different addresses, and belay.yml does not say which of them is this app.`,
    main.slice(0, 20).map(describe).join('\n'),
    remedy,
  );
  return null;
}
