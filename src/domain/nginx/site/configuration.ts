import type { App } from '../../app/app.js';
import type { NginxFacts, NginxServer } from '../../facts/facts.js';
import type { Finder } from '../../findings/finder.js';
import { locationFor } from '../routing/match.js';
import { belayFolder } from '../../app/release.js';
import { isWithin } from '../../keepers/touches.js';

/**
 * What is to be said of nginx besides where it leads.
 * @param chosen the server that leads to the app, and the `file:line` where it does
 */
export function nginxFindings(
  nginx: NginxFacts,
  app: App,
  chosen: { server: NginxServer; where: string } | null,
  find: Finder,
): void {
  servesBelay(nginx, app, find);
  nginxState(nginx, chosen === null ? '' : `read from ${chosen.where}`, find);
  if (chosen !== null && !hasTls(nginx, chosen.server)) {
    find.report(
      'nginx.no-https',
      `${chosen.server.names[0] ?? 'The site'} is served without HTTPS.`,
      `${chosen.server.where}: ${chosen.server.listens.map(({ address, port }) => `listen ${address}:${port}`).join(', ')}`,
      'Get a certificate, or write why it needs none: `acknowledge: { nginx.no-https: "internal tool" }`.',
    );
  }
}

/** Whether nginx runs, and with what its files say. @param read where in them what matters stands */
export function nginxState(
  { running, version, changedSinceLoad, newer = [] }: NginxFacts,
  read: string,
  find: Finder,
): void {
  if (!running) {
    find.report(
      'nginx.not-running',
      'nginx is installed but does not run, so visitors reach nothing through it.',
      `nginx ${version}`,
      'Start it: `systemctl start nginx`.',
    );
  }
  if (changedSinceLoad) {
    find.report(
      'nginx.not-reloaded',
      'Files of nginx’s configuration are newer than what the running nginx has loaded: it may lead elsewhere than its files say.',
      newer.length === 0 ? read : newer.join(', '),
      'Check with `nginx -t`, then `nginx -s reload`.',
    );
  }
}

/** Also where another server of the same name has it. */
function hasTls(nginx: NginxFacts, chosen: NginxServer): boolean {
  return nginx.servers.some(
    (server) =>
      (server === chosen || server.names.some((name) => name !== '_' && chosen.names.includes(name))) &&
      server.listens.some(({ tls }) => tls),
  );
}

/** A root above the app's path makes `<path>.belay`, with every release's sources, a part of the site. */
function servesBelay(nginx: NginxFacts, app: App, find: Finder): void {
  const exposed = nginx.servers.flatMap((server) => {
    const roots = server.locations.flatMap(({ root, where }) =>
      root === undefined ? [] : [{ root, where }],
    );
    // The server's own root counts where no location takes what is left.
    if (server.root !== undefined && locationFor(server, '/') === null)
      roots.push({ root: server.root, where: server.where });
    return roots.filter(({ root }) => isWithin(belayFolder(app.path), root.replace(/\/+$/, '')));
  });
  if (exposed.length === 0) return;
  find.report(
    'nginx.serves-belay',
    `nginx serves files from a folder above ${app.path}, so ${belayFolder(app.path)}, with every release in it, would be on the web.`,
    [...new Set(exposed.map(({ root, where }) => `${where}: root ${root}`))].join('\n'),
    'Let nginx’s root lead into the app’s own folder of public files, not above it.',
  );
}
