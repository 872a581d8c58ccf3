import type { App } from '../../app/app.js';
import type { Bind } from '../../app/address.js';
import type { Facts } from '../../facts/facts.js';
import type { Finding } from '../../findings/finding.js';
import { finder, type Finder } from '../../findings/finder.js';
import { candidatesOf, type Candidate } from './candidates.js';
import { incomplete, ofUser, strange, unread } from './unread.js';
import { describe, keyOf } from './candidate-text.js';
import { choose } from './choose.js';
import { doubtedNginx } from './doubted.js';
import { filesOf } from '../site/files.js';
import { nginxFindings } from '../site/configuration.js';
import { isLeftOut } from './left-out.js';
import { portsOfFolder } from './own-listeners.js';
import { checkRun } from './run-address.js';
import { usable } from './usable.js';

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
    const candidates = nginx === null ? [] : candidatesOf(nginx, app.site, facts);
    bind = besideFiles(facts, app, candidates, find);
    if (bind === null) {
      chosen = nginx === null ? null : choose(nginx, candidates, { app, facts }, find);
      bind = chosen === null ? unproxied(facts, app, candidates, find) : proxied(chosen, app, facts, find);
    }
  }
  checkRun(app, bind, find);
  if (nginx !== null) nginxFindings(nginx, app, chosen, find);
  return { bind, findings: find.found };
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

function proxied(chosen: Candidate, app: App, facts: Facts, find: Finder): Bind | null {
  const bind = usable(chosen, facts, find);
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
    if (isLeftOut(facts, app.port, find)) return null;
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
    if (isLeftOut(facts, ports[0], find)) return null;
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
