import type { NginxBackend, NginxFacts, NginxLocation, NginxPass } from '../../facts/facts.js';
import { expand, type Known } from './values.js';
import type { UnderWay } from './request.js';

/** Where a directive such as proxy_pass leads for one request, or why that is not known. */
export function resolvePass(
  pass: NginxPass,
  { upstreams = {} }: Pick<NginxFacts, 'upstreams'>,
  known: Known,
): { backends?: NginxBackend[]; unknown?: string } {
  if (pass.backends !== undefined) return { backends: pass.backends };
  // Behind a whole address a variable can only be part of the path.
  const written = /^(\w+:\/\/(?:\[[^\]$]*\]|[^$/:[]+):\d+)\$/.exec(pass.text)?.[1] ?? pass.text;
  const text = expand(written, known) ?? expand(written.replace(/(?<=^\w+:\/\/[^/]+)\/.*$/s, ''), known);
  if (text === null) return { unknown: `${pass.by} ${pass.text} depends on the request` };
  const { scheme, authority, socket } = addressOf(text);
  if (socket !== undefined) return { backends: [{ kind: 'unix', path: socket }] };
  const named = upstreams[authority.toLowerCase()];
  if (named !== undefined) return { backends: named };
  const address = /^(\d+\.\d+\.\d+\.\d+|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?$/.exec(authority);
  if (address?.[1] === undefined)
    return { unknown: `${pass.by} ${pass.text} names ${authority}, which nginx asks a name server for` };
  const port = Number(address[2] ?? (scheme === 'https' || scheme === 'grpcs' ? 443 : 80));
  return { backends: [{ kind: 'tcp', address: address[1].replace(/^\[|\]$/g, ''), port }] };
}

/** `http://127.0.0.1:9999/x`, `unix:/run/x.sock`, `http://unix:/run/x.sock:/x`, taken apart. */
export function addressOf(text: string): {
  scheme: string | undefined;
  authority: string;
  socket?: string;
  /** The path that takes a location's place; undefined where there is none. */
  path: string | undefined;
} {
  const scheme = /^([a-z]+):\/\//i.exec(text)?.[1]?.toLowerCase();
  const rest = scheme === undefined ? text : text.slice(scheme.length + 3);
  const unix = /^unix:([^:]+)(?::(.*))?$/s.exec(rest);
  if (unix?.[1] !== undefined) return { scheme, authority: '', socket: unix[1], path: unix[2] };
  const slash = rest.indexOf('/');
  return {
    scheme,
    authority: slash < 0 ? rest : rest.slice(0, slash),
    path: slash < 0 ? undefined : rest.slice(slash),
  };
}

/** The path and query that a backend of HTTP is asked for; null where that is not known. */
export function upstreamPath(
  { by, text }: Pick<NginxPass, 'by' | 'text'>,
  { modifier, pattern }: NginxLocation,
  walk: UnderWay,
): string | null {
  const { uri, args, isInPlace } = walk;
  if (by !== 'proxy_pass' || uri === null || args === null) return null;
  const query = args === '' ? '' : `?${args}`;
  const { path } = addressOf(text);
  if (text.includes('$')) {
    if (path !== undefined) return expand(path, walk.known);
    if (/:\d+\$/.test(text)) return expand(text.replace(/^.*?:\d+(?=\$)/s, ''), walk.known);
  }
  if (path === undefined || isInPlace) return uri + query;
  // In an expression or a named location nginx refuses a path.
  if (modifier !== '' && modifier !== '^~' && modifier !== '=') return null;
  return `${path}${uri.slice(pattern.length)}${query}`;
}
