import type { NginxBackend } from '../../facts/facts.js';
import type { Finder } from '../../findings/finder.js';
import type { Bind } from '../../app/address.js';
import { isHere, type Candidate } from './candidates.js';
import { addressKey, describe } from './candidate-text.js';
import { leadsTo, reaches, type Own } from '../routing/own-address.js';

/** Whether nginx speaks plain HTTP there, as belay does. */
export function speaksHttp({ by, isSecure }: Candidate): boolean {
  return by === 'proxy_pass' && !isSecure;
}

/** The address of a candidate as the app's, where it is one address of this host's own; else a blocking finding. */
export function usable(candidate: Candidate, own: Own, find: Finder): Bind | null {
  const { backends } = candidate;
  const from = `nginx, ${candidate.where}`;
  if (backends.some(({ kind }) => kind === 'unresolvable')) {
    find.report(
      'nginx.unresolvable',
      'nginx’s address of the app depends on a variable, so where the app has to listen cannot be told.',
      describe(candidate),
      'Write the address into nginx’s configuration itself: `proxy_pass http://127.0.0.1:9999;`.',
    );
    return null;
  }
  if (!speaksHttp(candidate)) {
    find.report(
      'nginx.not-http',
      `nginx asks there in another language than plain HTTP (${candidate.isSecure ? 'TLS' : candidate.by}), in which belay cannot prove the app.`,
      describe(candidate),
      'Let the app speak HTTP on 127.0.0.1 and nginx hand on with `proxy_pass http://`; or name with `site` the location that does.',
    );
    return null;
  }
  const [first] = backends.filter((backend) => isHere(backend, own));
  if (first === undefined) {
    find.report(
      'nginx.remote-backend',
      'nginx hands the app’s requests to an address that is none of this host’s own, where belay would start it.',
      describe(candidate),
      'Name the right server with `site` in belay.yml, or let nginx proxy to 127.0.0.1.',
    );
    return null;
  }
  const bind = bindTo(first, backends, own, from);
  if (
    !backends.every((backend) => addressKey(backend) === addressKey(first) || leadsTo(backend, bind, own))
  ) {
    find.report(
      'nginx.several-backends',
      'nginx spreads the app’s requests over several addresses; belay starts it on one.',
      describe(candidate),
      'Leave one server in the upstream, or name with `site` the server that leads to this app.',
    );
    return null;
  }
  if (backends.some((backend) => backend.kind === 'tcp' && backend.address === 'localhost')) {
    find.report(
      'nginx.localhost',
      'proxy_pass names `localhost`, which is 127.0.0.1 and ::1 to nginx: after a restart it may leave out the good one for 10 s, and answer 502.',
      describe(candidate),
      'Write 127.0.0.1 instead of localhost, then `nginx -s reload`.',
    );
  }
  return bind;
}

/** The address that nginx names; of the loopback's two the one where something listens, 127.0.0.1 where both or none. */
function bindTo(first: NginxBackend, backends: readonly NginxBackend[], own: Own, from: string): Bind {
  if (first.kind === 'unix') return { kind: 'socket', path: first.path, from };
  if (first.kind !== 'tcp') return { kind: 'port', port: 0, from };
  const named = backends
    .flatMap((backend) => (backend.kind === 'tcp' && backend.port === first.port ? [backend.address] : []))
    .flatMap((address) => (address === 'localhost' ? ['127.0.0.1', '::1'] : [address]))
    .map((address) => (address === '0.0.0.0' ? '127.0.0.1' : address));
  const candidates = [...new Set(named)].sort(
    (a, b) => Number(b === '127.0.0.1') - Number(a === '127.0.0.1'),
  );
  const listening = candidates.find((address) =>
    own.listeners.some((listener) => reaches({ kind: 'tcp', address, port: first.port }, listener, own)),
  );
  const address = listening ?? candidates[0] ?? '127.0.0.1';
  return { kind: 'port', port: first.port, ...(address === '127.0.0.1' ? {} : { address }), from };
}
