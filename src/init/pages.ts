import type { NginxServer } from '../domain/facts/facts.js';
import type { Known } from './decision.js';
import { visitorsName } from './routes.js';

/** Whether it takes visitors with TLS. */
export function hasTls({ listens }: NginxServer): boolean {
  return listens.some(({ tls }) => tls);
}

/** The page that visitors begin with where nginx serves the files itself; null: under no name. */
export function pageOfFiles(server: NginxServer): Known<string> | null {
  const name = visitorsName(server.names);
  return name === null ? null : pageOf(server, name, '', ': its root lies there');
}

/**
 * A page as visitors ask for it; null where none comes to the server by itself.
 * @param path without its first slash
 * @param why what is said of the server; with TLS or without unless given
 */
export function pageOf(server: NginxServer, name: string, path: string, why: string): Known<string> | null {
  const tls = hasTls(server);
  const [scheme, usual] = tls ? ['https', 443] : ['http', 80];
  // At a unix socket (port 0) or the loopback another server hands visitors on to nginx.
  const ports = server.listens
    .filter(
      (listen) => listen.tls === tls && listen.port > 0 && !/^(?:127\.|::1$|localhost$)/.test(listen.address),
    )
    .map(({ port }) => port);
  const [first] = ports;
  if (first === undefined) return null;
  const port = ports.includes(usual) ? '' : `:${first}`;
  const how = tls ? 'with TLS' : 'without TLS';
  return { value: `${scheme}://${name}${port}/${path}`, from: `nginx, ${server.where}${why || `: ${how}`}` };
}
