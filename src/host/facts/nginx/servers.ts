import type {
  NginxBackend,
  NginxFacts,
  NginxHandling,
  NginxLocation,
  NginxServer,
  NginxStream,
} from '../../../domain/facts/facts.js';
import { addressOf } from '../../../domain/nginx/routing/pass.js';
import { waysIn } from '../../../domain/nginx/routing/ways.js';
import { backendsOf, hostNames, upstreamsOf, type Upstreams } from './backends.js';
import { first, handlingOf, inheritedBy, rulesOf, type Inherited } from './handling.js';
import { logFormatsOf } from './log-formats.js';
import { mapsOf } from './maps.js';
import type { Directive } from './tree.js';

/** What nginx is configured to do with requests. */
export type Configured = Pick<NginxFacts, 'servers' | 'upstreams' | 'maps' | 'streams' | 'logFormats'>;

/**
 * The servers of every http block, with what they inherit from it, and those of stream blocks.
 *
 * @param hosts the text of the host’s /etc/hosts
 */
export function configured(tree: readonly Directive[], hosts = ''): Configured {
  const names = hostNames(hosts);
  const https = tree.filter(({ name }) => name === 'http').map(({ block = [] }) => block);
  const upstreams = https.map((block) => upstreamsOf(block, names));
  const servers = https.flatMap((block, index) => {
    const around = aroundServers(block, upstreams[index] ?? upstreamsOf([], names));
    return block.flatMap((entry) => (entry.name === 'server' ? [serverOf(entry, around)] : []));
  });
  const maps = https.flatMap((block) => mapsOf(block, servers));
  const named = Object.fromEntries(upstreams.flatMap((one) => [...one.named]));
  const logFormats = Object.assign({}, ...https.map(logFormatsOf)) as Record<string, string>;
  const streams = tree.flatMap(({ name, block = [] }) => (name === 'stream' ? streamsOf(block, names) : []));
  const result: Configured = {
    servers,
    ...(Object.keys(named).length === 0 ? {} : { upstreams: named }),
    ...(maps.length === 0 ? {} : { maps }),
    ...(streams.length === 0 ? {} : { streams }),
    ...(Object.keys(logFormats).length === 0 ? {} : { logFormats }),
  };
  const facts = { version: '', running: true, changedSinceLoad: false, ...result };
  for (const server of servers) {
    for (const location of server.locations) {
      if (location.handles !== undefined || server.rules !== undefined) lead(facts, server, location);
    }
  }
  return result;
}

/** What the http block says for all its servers. */
interface Around {
  inherited: Inherited;
  certificate: string | undefined;
  accessLogs: string[];
}

function aroundServers(http: readonly Directive[], upstreams: Upstreams): Around {
  return {
    inherited: inheritedBy(http, { ...nothing, upstreams }),
    certificate: first(http, 'ssl_certificate'),
    accessLogs: accessLogsOf(http) ?? [],
  };
}

function serverOf(directive: Directive, around: Around): NginxServer {
  const block = directive.block ?? [];
  const certificate = first(block, 'ssl_certificate') ?? around.certificate;
  const accessLogs = accessLogsOf(block) ?? around.accessLogs;
  const tls = first(block, 'ssl') === 'on';
  const listens = block.filter(({ name }) => name === 'listen').map(({ args }) => listen(args, tls));
  const inherited = inheritedBy(block, around.inherited);
  const rules = rulesOf(block);
  const locations: NginxLocation[] = [];
  collect(block, { inherited, accessLogs: undefined, inside: undefined }, locations);
  const takesAll = locations.some(
    ({ modifier, pattern, inside }) =>
      pattern === '/' && inside === undefined && (modifier === '' || modifier === '^~'),
  );
  if (!takesAll && block.some(({ name }) => ofItsOwn.includes(name)))
    locations.push({ ...locationOf(block, inherited, directive.where), pattern: '/', implied: true });
  return {
    names: block.filter(({ name }) => name === 'server_name').flatMap(({ args }) => args),
    listens: listens.length === 0 ? [{ address: '*', port: 80, tls, default: false }] : listens,
    locations,
    ...(inherited.root === undefined ? {} : { root: inherited.root }),
    ...(Object.keys(inherited.files).length === 0 ? {} : { files: inherited.files }),
    ...(rules.length === 0 ? {} : { rules }),
    ...(certificate === undefined ? {} : { certificate }),
    ...(accessLogs.length === 0 ? {} : { accessLogs }),
    where: directive.where,
  };
}

/** With one of these a server does something itself with what no location takes. */
const ofItsOwn = ['try_files', 'error_page', 'index'];

const nothing: Omit<Inherited, 'upstreams'> = {
  root: undefined,
  index: undefined,
  errorPages: undefined,
  isRecursive: false,
  isIntercepting: false,
  isInternal: false,
  closed: undefined,
  opaque: undefined,
  isMetered: false,
  files: {},
};

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

interface Surroundings {
  inherited: Inherited;
  /** Where a location around has its own. */
  accessLogs: string[] | undefined;
  inside: number | undefined;
}

function collect(block: readonly Directive[], around: Surroundings, into: NginxLocation[]): void {
  for (const directive of block) {
    if (directive.name !== 'location') continue;
    const inner = directive.block ?? [];
    const inherited = inheritedBy(inner, around.inherited);
    const location = { ...locationOf(inner, inherited, directive.where), ...patternOf(directive.args) };
    const accessLogs = accessLogsOf(inner) ?? around.accessLogs;
    if (accessLogs !== undefined) location.accessLogs = accessLogs;
    if (around.inside !== undefined) location.inside = around.inside;
    into.push(location);
    collect(inner, { inherited, accessLogs, inside: into.length - 1 }, into);
  }
}

function locationOf(block: readonly Directive[], inherited: Inherited, where: string): NginxLocation {
  const { root, ...rest } = handlingOf(block, inherited, undefined);
  const { pass, closed, rules = [], answers } = rest;
  // None of these serves files.
  const isClosed = closed === 'all' || answers === true || rules.some((rule) => rule.do === 'return');
  const handles = pass === undefined ? { ...rest, ...(root === undefined ? {} : { root }) } : rest;
  return {
    modifier: '',
    pattern: '',
    backends: pass?.backends ?? [],
    ...(Object.keys(handles).length === 0 || isPlain(handles) ? {} : { handles }),
    ...(root === undefined || pass !== undefined || isClosed ? {} : { root }),
    where: pass?.where ?? where,
  };
}

/** It hands on to what is there, path and all, and that is all there is to say. */
function isPlain({ pass, ...more }: NginxHandling): boolean {
  const { by, backends, text = '' } = pass ?? {};
  const others = Object.keys(more).filter((key) => key !== 'index');
  return (
    others.length === 0 &&
    by === 'proxy_pass' &&
    backends !== undefined &&
    backends.every((backend) => backend.kind !== 'unresolvable' && backend.backup !== true) &&
    !text.startsWith('https:') &&
    !text.includes('$') &&
    addressOf(text).path === undefined
  );
}

/** `location = /x`, `location =/x`, `location @app`, `location /x`. */
function patternOf(args: readonly string[]): Pick<NginxLocation, 'modifier' | 'pattern'> {
  const [head = '', tail] = args;
  const match = /^(=|\^~|~\*|~|@)?(.*)$/s.exec(tail === undefined ? head : `${head}${tail}`);
  const modifier = (match?.[1] ?? '') as NginxLocation['modifier'];
  const pattern = match?.[2] ?? '';
  return { modifier, pattern: modifier === '@' ? `@${pattern}` : pattern };
}

/** Follows what comes to a location to all its ends. */
function lead(nginx: NginxFacts, server: NginxServer, location: NginxLocation): void {
  const ways = waysIn(nginx, server, location).filter((way) => way.fallback !== true);
  const [hands] = ways.filter((way) => way.to === 'backends');
  const all = ways.flatMap((way): NginxBackend[] => (way.to === 'backends' ? way.backends : []));
  const unknown = ways.flatMap((way): NginxBackend[] =>
    way.to === 'unknown' && hands === undefined ? [{ kind: 'unresolvable', text: way.why }] : [],
  );
  const backends = [...all, ...unknown].filter(
    (backend) => backend.kind === 'unresolvable' || backend.backup !== true,
  );
  location.backends = [...new Map(backends.map((one) => [JSON.stringify(one), one])).values()];
  if (hands !== undefined) location.where = hands.pass.where;
}

function streamsOf(block: readonly Directive[], hosts: Upstreams['hosts']): NginxStream[] {
  const upstreams = upstreamsOf(block, hosts);
  return block.flatMap(({ name, block: inner = [], where }): NginxStream[] => {
    const to = name === 'server' ? first(inner, 'proxy_pass') : undefined;
    if (to === undefined) return [];
    const listens = inner
      .filter((entry) => entry.name === 'listen')
      .map(({ args }) => listen(args, false))
      .map(({ address, port }) => ({ address, port }));
    const backends = backendsOf('proxy_pass', to, upstreams) ?? [{ kind: 'unresolvable' as const, text: to }];
    return [{ listens, backends, where }];
  });
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
