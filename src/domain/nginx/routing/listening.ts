import type { NginxServer } from '../../facts/facts.js';
import { fromPcre } from './pcre.js';
import { wildcardRank } from './values.js';

/** An address and a port at which nginx takes requests. */
export type Listen = Pick<NginxServer['listens'][number], 'address' | 'port'>;

/** `0.0.0.0` and no address at all are one to nginx. */
function listenKey({ address, port }: Listen): string {
  const everywhere = ['', '*', '0.0.0.0'].includes(address);
  return `${everywhere ? '*' : address.toLowerCase()} ${port}`;
}

/** Every place at which the servers listen, in their order. */
export function listensOf(servers: readonly NginxServer[]): NginxServer['listens'] {
  const all = servers.flatMap(({ listens }) => listens);
  return [...new Map(all.map((listen) => [listenKey(listen), listen])).values()];
}

/** The server that a request comes to, and whether by its name; null where a name’s expression cannot be judged. */
export interface Answering {
  server: NginxServer;
  named: boolean;
}

/**
 * Which of the servers that listen at a place takes the requests for a name, by nginx's own order: the exact name, the
 * longest `*.name`, the longest `name.*`, the first regular expression that matches, the default. Of two servers of one name
 * the first counts.
 */
export function answeringAt(servers: readonly NginxServer[], at: Listen, name: string): Answering | null {
  const key = listenKey(at);
  const here = servers.filter(({ listens }) => listens.some((listen) => listenKey(listen) === key));
  const wanted = name.toLowerCase().replace(/\.$/, '');
  const named = byName(here, wanted);
  if (named !== undefined) return { server: named, named: true };
  for (const server of here) {
    for (const pattern of server.names) {
      if (!pattern.startsWith('~')) continue;
      const matched = serverNameExpression(pattern)?.test(wanted);
      if (matched === undefined) return null;
      if (matched) return { server, named: true };
    }
  }
  const isDefault = (server: NginxServer) =>
    server.listens.some((listen) => listen.default && listenKey(listen) === key);
  const otherwise = here.find(isDefault) ?? here[0];
  return otherwise === undefined ? null : { server: otherwise, named: false };
}

/**
 * The servers that some request can come to: the default of a place where nginx listens, and those with a name there that no
 * server before them has.
 */
export function reachedServers(servers: readonly NginxServer[]): NginxServer[] {
  const defaults = new Map<string, NginxServer>();
  for (const server of servers) {
    for (const listen of server.listens) {
      const key = listenKey(listen);
      if (!defaults.has(key)) defaults.set(key, server);
    }
  }
  for (const server of servers)
    for (const listen of server.listens) if (listen.default) defaults.set(listenKey(listen), server);
  const taken = new Set<string>();
  return servers.filter((server) => {
    const keys = [...new Set(server.listens.map(listenKey))];
    const entered = keys.flatMap((key) =>
      server.names.flatMap(entriesOf).map((entry) => taken.size < taken.add(`${key} ${entry}`).size),
    );
    return entered.includes(true) || keys.some((key) => defaults.get(key) === server);
  });
}

/** What a name is entered as, each of which only one server can have; nobody asks for `_`. */
function entriesOf(name: string): string[] {
  if (name === '' || name === '_') return [];
  if (name.startsWith('~')) return [name];
  const plain = name.toLowerCase();
  const head = /^(?:\*\.|\.)(.*)$/.exec(plain)?.[1];
  if (head === undefined) return [`= ${plain}`];
  return plain.startsWith('.') ? [`= ${head}`, `* ${head}`] : [`* ${head}`];
}

/** nginx takes the case of an expression's letters for meant only where all are small. */
export function serverNameExpression(pattern: string): RegExp | null {
  return fromPcre(pattern.slice(1), /[A-Z]/.test(pattern));
}

/**
 * Names are entered in their order, as nginx does: one that another server has already is left out, and `.name` with all that
 * it means where `name` alone is taken. A server without server_name has the empty name, which nobody asks for.
 */
function byName(servers: readonly NginxServer[], wanted: string): NginxServer | undefined {
  const taken = new Set<string>();
  const enter = (key: string): boolean => taken.size < taken.add(key).size;
  let best: NginxServer | undefined;
  let bestRank = 0;
  for (const server of servers) {
    for (const name of server.names) {
      if (name.startsWith('~')) continue;
      const pattern = name.toLowerCase();
      const head = /^(?:\*\.|\.)(.*)$/.exec(pattern)?.[1];
      const isOwn =
        head === undefined
          ? enter(`= ${pattern}`)
          : (!pattern.startsWith('.') || enter(`= ${head}`)) && enter(`* ${head}`);
      const rank = isOwn ? rankOf(pattern, wanted) : 0;
      if (rank > bestRank) [best, bestRank] = [server, rank];
    }
  }
  return best;
}

function rankOf(pattern: string, wanted: string): number {
  if (pattern === wanted) return 4000;
  return pattern === `.${wanted}` ? 2000 + pattern.length : wildcardRank(pattern, wanted);
}
