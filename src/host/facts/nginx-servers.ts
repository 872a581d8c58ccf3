import type { NginxLocation, NginxServer } from '../../domain/facts.js';
import { backendsOf, passes, upstreamsOf, type Upstreams } from './nginx-backends.js';
import type { Directive } from './nginx-tree.js';

/** The servers of every http block, with what they inherit from it. */
export function serversOf(tree: readonly Directive[]): NginxServer[] {
  return tree.flatMap(({ name, block = [] }) => {
    if (name !== 'http') return [];
    const upstreams = upstreamsOf(block);
    return block.flatMap((entry) => (entry.name === 'server' ? [server(entry, block, upstreams)] : []));
  });
}

function server(directive: Directive, http: readonly Directive[], upstreams: Upstreams): NginxServer {
  const block = directive.block ?? [];
  const root = first(block, 'root') ?? first(http, 'root');
  const certificate = first(block, 'ssl_certificate') ?? first(http, 'ssl_certificate');
  const accessLogs = accessLogsOf(block) ?? accessLogsOf(http) ?? [];
  const tls = first(block, 'ssl') === 'on';
  const listens = block.filter(({ name }) => name === 'listen').map(({ args }) => listen(args, tls));
  const locations: Found[] = [];
  collect(
    block,
    { upstreams, sets: setsOf(block), root, accessLogs: undefined, inside: undefined },
    locations,
  );
  resolveNamed(locations);
  return {
    names: block.filter(({ name }) => name === 'server_name').flatMap(({ args }) => args),
    listens: listens.length === 0 ? [{ address: '*', port: 80, tls, default: false }] : listens,
    locations: locations.map(({ location }) => location),
    ...(root === undefined ? {} : { root }),
    ...(certificate === undefined ? {} : { certificate }),
    ...(accessLogs.length === 0 ? {} : { accessLogs }),
    where: directive.where,
  };
}

/** `80`, `*:80`, `127.0.0.1:8080`, `[::]:443`, `localhost`, `unix:/run/x.sock`, then flags. */
function listen(args: readonly string[], tls: boolean): NginxServer['listens'][number] {
  const [text = '', ...flags] = args;
  const marks = {
    tls: tls || flags.includes('ssl'),
    default: flags.includes('default_server') || flags.includes('default'),
    ...(flags.includes('proxy_protocol') ? { proxyProtocol: true as const } : {}),
  };
  if (/^\d{1,5}$/.test(text)) return { address: '*', port: Number(text), ...marks };
  if (text.startsWith('unix:')) return { address: text, port: 0, ...marks };
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(text);
  return { address: match?.[1]?.replace(/^\[|\]$/g, '') ?? text, port: Number(match?.[2] ?? 80), ...marks };
}

interface Found {
  location: NginxLocation;
  /** `@app`, where try_files or error_page hands requests on to it. */
  handsTo?: string;
}

interface Surroundings {
  upstreams: Upstreams;
  sets: ReadonlyMap<string, string>;
  root: string | undefined;
  /** Where a location around has its own. */
  accessLogs: string[] | undefined;
  inside: number | undefined;
}

function collect(block: readonly Directive[], around: Surroundings, into: Found[]): void {
  for (const directive of block) {
    if (directive.name !== 'location') continue;
    const inner = directive.block ?? [];
    const sets = new Map([...around.sets, ...setsOf(inner)]);
    const conditional = inner.flatMap(({ name, block: body = [] }) =>
      name === 'if' || name === 'limit_except' ? body : [],
    );
    const pass = [...inner, ...conditional].filter(({ name }) => passes.includes(name));
    const inherited = first(inner, 'root') ?? around.root;
    // Neither of these serves files.
    const closed = inner.some(
      ({ name, args }) => name === 'return' || (name === 'deny' && args[0] === 'all'),
    );
    const root = pass.length > 0 || closed ? undefined : (first(inner, 'alias') ?? inherited);
    const handsTo = inner
      .filter(({ name }) => name === 'try_files' || name === 'error_page')
      .flatMap(({ args }) => args.slice(-1))
      .find((target) => target.startsWith('@'));
    const location: NginxLocation = {
      ...patternOf(directive.args),
      backends: pass.flatMap((one) => backendsOf(one, around.upstreams, sets)),
      where: pass[0]?.where ?? directive.where,
    };
    if (root !== undefined) location.root = root;
    const accessLogs = accessLogsOf(inner) ?? around.accessLogs;
    if (accessLogs !== undefined) location.accessLogs = accessLogs;
    if (around.inside !== undefined) location.inside = around.inside;
    into.push(handsTo === undefined ? { location } : { location, handsTo });
    collect(inner, { ...around, sets, root: inherited, accessLogs, inside: into.length - 1 }, into);
  }
}

/** `location = /x`, `location =/x`, `location @app`, `location /x`. */
function patternOf(args: readonly string[]): Pick<NginxLocation, 'modifier' | 'pattern'> {
  const [head = '', tail] = args;
  const match = /^(=|\^~|~\*|~|@)?(.*)$/s.exec(tail === undefined ? head : `${head}${tail}`);
  const modifier = (match?.[1] ?? '') as NginxLocation['modifier'];
  const pattern = match?.[2] ?? '';
  return { modifier, pattern: modifier === '@' ? `@${pattern}` : pattern };
}

function resolveNamed(found: readonly Found[]): void {
  for (const { location, handsTo } of found) {
    if (handsTo === undefined || location.backends.length > 0) continue;
    const named = found.find((one) => one.location.modifier === '@' && one.location.pattern === handsTo);
    if (named === undefined || named.location.backends.length === 0) continue;
    location.backends = named.location.backends;
    location.where = named.location.where;
  }
}

/** `set $name value;`: only values without variables, and only where there is one. */
function setsOf(block: readonly Directive[]): Map<string, string> {
  const values = new Map<string, string>();
  for (const { name, args } of block) {
    const [variable = '', value = ''] = args;
    if (name !== 'set' || !variable.startsWith('$')) continue;
    const key = variable.slice(1);
    const known = values.get(key);
    values.set(key, value.includes('$') || (known !== undefined && known !== value) ? '$' : value);
  }
  return values;
}

/**
 * The files of `access_log` (ngx_http_log_module); undefined where it is not said, so that what is around counts. What goes
 * to syslog, or into a file whose name depends on the request, is left out.
 */
function accessLogsOf(block: readonly Directive[]): string[] | undefined {
  const said = block.filter(({ name }) => name === 'access_log');
  if (said.length === 0) return undefined;
  return said.flatMap(({ args: [file = ''] }) => (file.startsWith('/') && !file.includes('$') ? [file] : []));
}

function first(block: readonly Directive[], name: string): string | undefined {
  return block.find((directive) => directive.name === name)?.args[0];
}
