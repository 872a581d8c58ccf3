import { redact } from '../../domain/secrets/text.js';
import type { NginxBackend } from '../../domain/facts.js';
import type { Directive } from './nginx-tree.js';
import { plainSocket } from './sockets.js';

/** Name of an upstream → its servers. */
export type Upstreams = ReadonlyMap<string, NginxBackend[]>;

/** Directives that hand a request on. */
export const passes = ['proxy_pass', 'uwsgi_pass', 'fastcgi_pass', 'scgi_pass', 'grpc_pass'];

/** The `upstream` blocks of the http block; servers marked `down` get no requests. */
export function upstreamsOf(http: readonly Directive[]): Upstreams {
  const upstreams = new Map<string, NginxBackend[]>();
  for (const { name, args, block } of http) {
    if (name !== 'upstream' || args[0] === undefined) continue;
    const servers = (block ?? []).filter((entry) => entry.name === 'server' && !entry.args.includes('down'));
    upstreams.set(
      args[0],
      servers.map((server) => address(server.args[0] ?? '', 80)),
    );
  }
  return upstreams;
}

/**
 * Where a directive such as proxy_pass leads.
 *
 * @param sets variables that `set` gives one value, the only ones that can be known without a request
 */
export function backendsOf(
  directive: Directive,
  upstreams: Upstreams,
  sets: ReadonlyMap<string, string>,
): NginxBackend[] {
  const written = directive.args[0] ?? '';
  const text = written.replace(
    /^\$(\w+|\{\w+\})/,
    (whole, name: string) => sets.get(name.replace(/[{}]/g, '')) ?? whole,
  );
  const scheme = /^([a-z]+):\/\//.exec(text)?.[1];
  const rest = scheme === undefined ? text : text.slice(scheme.length + 3);
  const unix = /^unix:([^:]+)/.exec(rest)?.[1];
  if (unix !== undefined && !unix.includes('$')) return [{ kind: 'unix', path: plainSocket(unix) }];
  // Behind a whole port, a variable can only be part of the path.
  const authority = rest.replace(/\/.*$/s, '').replace(/^([^$]+:\d+)\$.*$/s, '$1');
  if (authority === '' || authority.includes('$')) return [{ kind: 'unresolvable', text: redact(written) }];
  return upstreams.get(authority) ?? [address(authority, scheme?.endsWith('s') === true ? 443 : 80)];
}

function address(text: string, defaultPort: number): NginxBackend {
  if (text.startsWith('unix:')) return { kind: 'unix', path: plainSocket(text.slice('unix:'.length)) };
  const match = /^(\[[0-9A-Fa-f:.]+\]|[^:/\s$]+)(?::(\d{1,5}))?$/.exec(text);
  const port = Number(match?.[2] ?? defaultPort);
  if (match?.[1] === undefined || port > 65535) return { kind: 'unresolvable', text: redact(text) };
  return { kind: 'tcp', address: match[1].replace(/^\[|\]$/g, ''), port };
}
