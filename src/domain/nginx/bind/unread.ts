import type { App } from '../../app/app.js';
import type { Bind } from '../../app/address.js';
import type { Facts } from '../../facts/facts.js';
import type { Finder } from '../../findings/finder.js';
import type { DoubtedNginx } from './doubted.js';

/** Others than root could change what root's nginx reads: then neither it nor what it says is to be relied on. */
export function strange(what: string, find: Finder): null {
  find.report(
    'nginx.not-roots',
    'nginx runs as root, and others than root can change its program, its configuration or the way to them; so belay does not ask it.',
    what,
    'Give what is named to root alone: `chown root: FILE && chmod go-w FILE`, of folders too; or copy it into /etc/nginx and include it from there.',
  );
  return null;
}

/** A user's own nginx is not asked by root: what its configuration names would be run and read with root's rights. */
export function ofUser({ pid, user, port }: DoubtedNginx, app: App, find: Finder): Bind | null {
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
export function unread(error: string, { system }: Facts, { port }: App, find: Finder): Bind | null {
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
export function incomplete(why: string, find: Finder): null {
  find.report(
    'nginx.incomplete',
    'nginx’s configuration is longer than belay reads, so where the app has to listen cannot be told from it.',
    why,
    'Give `port` in belay.yml, or make the configuration shorter: move long maps out of it, remove sites that are not used.',
  );
  return null;
}
