import type {
  NginxErrorPage,
  NginxFiles,
  NginxHandling,
  NginxPass,
  NginxRule,
} from '../../../domain/facts/facts.js';
import { redact } from '../../../domain/secrets/text.js';
import { backendsOf, passes, type Upstreams } from './backends.js';
import type { Directive } from './tree.js';

/** What a block takes over from the one around it. */
export interface Inherited {
  upstreams: Upstreams;
  root: string | undefined;
  index: string[] | undefined;
  errorPages: NginxErrorPage[] | undefined;
  isRecursive: boolean;
  isIntercepting: boolean;
  isInternal: boolean;
  closed: NginxHandling['closed'];
  opaque: string | undefined;
  isMetered: boolean;
  files: NginxFiles;
}

/** What holds in a block, and in those inside it. */
export function inheritedBy(block: readonly Directive[], around: Inherited): Inherited {
  const pages = block.filter(({ name }) => name === 'error_page').map(({ args }) => errorPage(args));
  const closed = closedBy(block);
  return {
    upstreams: around.upstreams,
    root: first(block, 'root') ?? around.root,
    index: block.find(({ name }) => name === 'index')?.args ?? around.index,
    errorPages: pages.length > 0 ? pages : around.errorPages,
    isRecursive: (first(block, 'recursive_error_pages') ?? (around.isRecursive ? 'on' : 'off')) === 'on',
    isIntercepting: intercepts(block) ?? around.isIntercepting,
    isInternal: around.isInternal || block.some(({ name }) => name === 'internal'),
    closed: closed === undefined ? around.closed : closed === 'open' ? undefined : closed,
    opaque: block.find(({ name }) => decides.test(name))?.name ?? around.opaque,
    files: filesOf(block, around.files),
    isMetered: around.isMetered || block.some(({ name }) => name === 'limit_req' || name === 'limit_conn'),
  };
}

/** What holds for files, an alias left out, which is the block's own. */
function filesOf(block: readonly Directive[], around: NginxFiles): NginxFiles {
  const links = block.find(({ name }) => name === 'disable_symlinks')?.args;
  const caches = first(block, 'open_file_cache');
  const alters = block.find(({ name, args }) => altering.test(name) && args[0] !== 'off')?.name;
  const { refusesLinks, caches: cached, alters: altered } = around;
  const refused = links === undefined ? refusesLinks : links[0] === 'off' ? undefined : links.join(' ');
  const isCached = caches === undefined ? cached === true : caches !== 'off';
  return {
    ...((alters ?? altered) === undefined ? {} : { alters: alters ?? altered }),
    ...(isCached ? { caches: true } : {}),
    ...(refused === undefined ? {} : { refusesLinks: refused }),
    ...(block.some(({ name }) => name === 'alias') ? { alias: true } : {}),
  };
}

/** What makes another text of a file's. */
const altering =
  /^(?:sub_filter|add_(?:before|after)_body|ssi|xslt_stylesheet|image_filter|source_charset|pagespeed|\w*body_filter\w*|(?:brotli|zstd)_static|mp4|flv)$/;

/** What decides by a program of its own. */
const decides = /^(?:(?:server_)?(?:rewrite|access|content)_by_lua\w*|js_content|perl)$/;
const answering = ['stub_status', 'empty_gif', 'api', 'status'];

/**
 * How a location, or an `if` in one, handles what comes to it.
 *
 * @param outer the pass of the location around an `if`, which goes on there
 */
export function handlingOf(
  block: readonly Directive[],
  own: Inherited,
  outer: NginxPass | undefined,
): NginxHandling {
  const pass = passOf(block, own.upstreams) ?? outer;
  const rules = rulesOf(block, own, pass);
  const tryFiles = block.find(({ name }) => name === 'try_files')?.args;
  const root = first(block, 'alias') ?? own.root;
  const limited = block.find(({ name, args }) => name === 'limit_except' && !args.includes('GET'));
  return {
    ...(rules.length === 0 ? {} : { rules }),
    ...(own.isInternal ? { internal: true } : {}),
    ...(own.closed === undefined ? {} : { closed: own.closed }),
    ...(tryFiles === undefined ? {} : { tryFiles }),
    ...(pass === undefined ? {} : { pass }),
    ...(root === undefined ? {} : { root }),
    ...(pass === undefined && Object.keys(own.files).length > 0 ? { files: own.files } : {}),
    ...(own.index === undefined ? {} : { index: own.index }),
    ...(own.errorPages === undefined ? {} : { errorPages: own.errorPages }),
    ...(own.isRecursive ? { recursive: true } : {}),
    ...(own.isIntercepting && own.errorPages?.some(hidesErrors) === true ? { hidesErrors: true } : {}),
    ...(block.some(({ name }) => answering.includes(name)) ? { answers: true } : {}),
    ...(own.opaque === undefined ? {} : { opaque: own.opaque }),
    ...(own.isMetered ? { metered: true } : {}),
    ...(limited?.block === undefined
      ? {}
      : { limited: handlingOf(limited.block, inheritedBy(limited.block, own), pass) }),
  };
}

/**
 * The rewrite module's directives of a block, in their order.
 *
 * @param own absent in a server, where an `if` has none of its own to say
 */
export function rulesOf(block: readonly Directive[], own?: Inherited, pass?: NginxPass): NginxRule[] {
  return block.flatMap(({ name, args, block: inner }): NginxRule[] => {
    const [one = '', two = '', three] = args;
    switch (name) {
      case 'set':
        return [{ do: 'set', name: one.replace(/^\$/, ''), value: redact(two) }];
      case 'break':
        return [{ do: 'break' }];
      case 'rewrite':
        return [
          { do: 'rewrite', from: one, to: redact(two), ...(three === undefined ? {} : { flag: three }) },
        ];
      case 'return':
        return [returning(args)];
      case 'if': {
        const body = inner ?? [];
        const handles = own === undefined ? {} : { handles: handlingOf(body, inheritedBy(body, own), pass) };
        delete handles.handles?.rules;
        return [
          { do: 'if', test: conditionOf(args).map(redact), rules: rulesOf(body, own, pass), ...handles },
        ];
      }
      default:
        // What Lua or njs gives a variable is not known.
        return /^(?:set_by_lua|js_set|perl_set)/.test(name)
          ? [{ do: 'set', name: one.replace(/^\$/, ''), value: '$belay_unknown' }]
          : [];
    }
  });
}

/** `return 301 https://…`, `return 404`, `return https://…`; a text that nginx sends itself is no address. */
function returning([code = '', to]: readonly string[]): NginxRule {
  if (!/^\d{3}$/.test(code)) return { do: 'return', status: 302, to: redact(code) };
  const status = Number(code);
  return { do: 'return', status, ...(to === undefined ? {} : { to: redact(to) }) };
}

/** `( $a = b )`, `($a = b)`: the words within the brackets. */
function conditionOf(args: readonly string[]): string[] {
  const words = args[0] === '(' ? args.slice(1) : [(args[0] ?? '').slice(1), ...args.slice(1)];
  const last = words.at(-1) ?? '';
  return last === ')' ? words.slice(0, -1) : [...words.slice(0, -1), last.replace(/\)$/, '')];
}

function passOf(block: readonly Directive[], upstreams: Upstreams): NginxPass | undefined {
  const found = block.find(({ name }) => passes.includes(name));
  const [text] = found?.args ?? [];
  if (found === undefined || text === undefined) return undefined;
  const backends = backendsOf(found.name, text, upstreams);
  return {
    by: found.name,
    text: redact(text),
    where: found.where,
    ...(backends === undefined ? {} : { backends }),
  };
}

/** `error_page 500 502 =200 /x` */
function errorPage(args: readonly string[]): NginxErrorPage {
  const codes = args.slice(0, -1).filter((word) => /^\d+$/.test(word));
  const becomes = /^=(\d*)$/.exec(args.at(-2) ?? '')?.[1];
  return {
    codes: codes.map(Number),
    to: args.at(-1) ?? '',
    ...(becomes === undefined ? { keeps: true } : becomes === '' ? {} : { becomes: Number(becomes) }),
  };
}

/** `proxy_intercept_errors on`, and its like of the other passes. */
function intercepts(block: readonly Directive[]): boolean | undefined {
  const found = block.find(({ name }) => /^(?:proxy|fastcgi|uwsgi|scgi|grpc)_intercept_errors$/.test(name));
  return found === undefined ? undefined : found.args[0] === 'on';
}

/** Whether it gives a good status to an error that the app itself answers: 502 and 504 are nginx's own. */
function hidesErrors({ codes, keeps, becomes = 200 }: NginxErrorPage): boolean {
  return keeps !== true && becomes < 400 && codes.some((code) => code >= 500 && code !== 502 && code !== 504);
}

function closedBy(block: readonly Directive[]): 'all' | 'some' | 'open' | undefined {
  const rules = block.filter(({ name }) => name === 'allow' || name === 'deny');
  const asks = block.some(
    ({ name, args }) => /^(?:auth_basic|auth_request|auth_jwt)$/.test(name) && args[0] !== 'off',
  );
  const [rule] = rules;
  if (rule === undefined) return asks ? 'some' : undefined;
  if (rule.args[0] === 'all' && !asks) return rule.name === 'deny' ? 'all' : 'open';
  return 'some';
}

export function first(block: readonly Directive[], name: string): string | undefined {
  return block.find((directive) => directive.name === name)?.args[0];
}
