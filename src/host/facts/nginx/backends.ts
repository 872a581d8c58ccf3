import { redact } from '../../../domain/secrets/text.js';
import type { NginxBackend } from '../../../domain/facts/facts.js';
import { addressOf } from '../../../domain/nginx/routing/pass.js';
import type { Directive } from './tree.js';
import { plainSocket } from '../sockets.js';

/** What names lead to when nginx reads its configuration. */
export interface Upstreams {
  /** Name of an upstream, in lower case → its servers. */
  named: ReadonlyMap<string, NginxBackend[]>;
  /** Name in /etc/hosts, in lower case → its addresses. */
  hosts: ReadonlyMap<string, string[]>;
}

/** Directives that hand a request on. */
export const passes = [
  'proxy_pass',
  'uwsgi_pass',
  'fastcgi_pass',
  'scgi_pass',
  'grpc_pass',
  'memcached_pass',
];

/** The `upstream` blocks of a block; servers marked `down` get no requests. */
export function upstreamsOf(block: readonly Directive[], hosts: Upstreams['hosts']): Upstreams {
  const named = new Map<string, NginxBackend[]>();
  for (const { name, args, block: inner = [] } of block) {
    if (name !== 'upstream' || args[0] === undefined) continue;
    const servers = inner.filter((entry) => entry.name === 'server' && !entry.args.includes('down'));
    const own = servers.flatMap(({ args: [text = '', ...flags] }) =>
      addresses(text, 80, hosts).map((backend): NginxBackend =>
        flags.includes('backup') && backend.kind !== 'unresolvable' ? { ...backend, backup: true } : backend,
      ),
    );
    named.set(args[0].toLowerCase(), own);
  }
  return { named, hosts };
}

/** Where a directive such as proxy_pass leads; undefined where that depends on a variable. */
export function backendsOf(
  by: string,
  text: string,
  { named, hosts }: Upstreams,
): NginxBackend[] | undefined {
  const { scheme, authority, socket } = addressOf(text);
  // Behind a whole port, a variable can only be part of the path.
  const whole = authority.replace(/^([^$]+:\d+)\$.*$/s, '$1');
  if (socket?.includes('$') === true || whole.includes('$')) return undefined;
  if (socket !== undefined) return [{ kind: 'unix', path: plainSocket(socket) }];
  if (whole === '') return [{ kind: 'unresolvable', text: redact(text) }];
  const usual = by === 'memcached_pass' ? 11211 : scheme?.endsWith('s') === true ? 443 : 80;
  return named.get(whole.toLowerCase()) ?? addresses(whole, usual, hosts);
}

/** The names of /etc/hosts that nginx asks the system for, with their addresses. */
export function hostNames(text: string): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [address, ...all] = line.replace(/#.*$/, '').trim().split(/\s+/);
    if (address === undefined || !/^[0-9A-Fa-f.:]+$/.test(address)) continue;
    for (const name of all) {
      const key = name.toLowerCase();
      names.set(key, [...new Set([...(names.get(key) ?? []), address])]);
    }
  }
  return names;
}

function addresses(text: string, defaultPort: number, hosts: Upstreams['hosts']): NginxBackend[] {
  if (text.startsWith('unix:')) return [{ kind: 'unix', path: plainSocket(text.slice('unix:'.length)) }];
  const match = /^(\[[0-9A-Fa-f:.]+\]|[^:/\s$]+)(?::(\d{1,5}))?$/.exec(text);
  const port = Number(match?.[2] ?? defaultPort);
  if (match?.[1] === undefined || port > 65535) return [{ kind: 'unresolvable', text: redact(text) }];
  const name = match[1].replace(/^\[|\]$/g, '');
  // Both loopback addresses, whatever /etc/hosts says: told as what it is.
  const known = name.toLowerCase() === 'localhost' ? undefined : hosts.get(name.toLowerCase());
  return (known ?? [name]).map((address) => ({ kind: 'tcp', address, port }));
}
