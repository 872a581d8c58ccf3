import type { NginxMap, NginxServer } from '../../../domain/facts/facts.js';
import { redact } from '../../../domain/secrets/text.js';
import type { Directive } from './tree.js';

/** Of one map: more are not carried along. */
const mostEntries = 1000;

/** The variables of `map`, `geo` and `split_clients`, those alone that the servers’ rules and passes may come to. */
export function mapsOf(http: readonly Directive[], servers: readonly NginxServer[]): NginxMap[] {
  const all = new Map(http.filter(({ name }) => kinds.includes(name)).map((one) => [variableOf(one), one]));
  const used = new Map<string, NginxMap>();
  let texts = [JSON.stringify(servers.map(({ rules, locations }) => [rules, locations]))];
  while (texts.length > 0) {
    const found = texts
      .flatMap((text) => [...text.matchAll(/\$\{?(\w+)/g)])
      .flatMap(([, name = '']): NginxMap[] => {
        const directive = used.has(name) ? undefined : all.get(name);
        if (directive === undefined) return [];
        const map = mapOf(directive);
        used.set(name, map);
        return [map];
      });
    texts = found.map(({ source, entries, otherwise }) =>
      [source, otherwise, ...entries.map(([, value]) => value)].join(' '),
    );
  }
  return [...used.values()];
}

const kinds = ['map', 'geo', 'split_clients'];

function variableOf({ args: [source = '', last] }: Directive): string {
  return (last ?? source).replace(/^\$/, '');
}

function mapOf(directive: Directive): NginxMap {
  const { name, args, block = [] } = directive;
  const [source = ''] = args;
  const isDefault = ({ name: key }: Directive) =>
    key === 'default' || (name === 'split_clients' && key === '*');
  const entries = block.filter((entry) => entry.args[0] !== undefined && !settings.includes(entry.name));
  const others = entries.filter((entry) => !isDefault(entry));
  // What is compared with a header or a cookie may be a secret, and is not known of a request anyway.
  const isOfVisitor = name !== 'map' || /\$\{?(?:http_(?!host\b)|cookie_)/.test(source);
  const isCut = others.length > mostEntries;
  return {
    name: variableOf(directive),
    // Whose address it is, or how a text falls into parts, is not known.
    source: name === 'map' ? source : '$remote_addr',
    // To hide what may be secret takes time, and a map may have 50,000 lines.
    entries: isCut
      ? []
      : others.map((entry) => [isOfVisitor ? '' : redact(entry.name), redact(entry.args[0] ?? '')]),
    otherwise: redact(entries.find(isDefault)?.args[0] ?? ''),
    ...(block.some((entry) => entry.name === 'hostnames') ? { hostnames: true } : {}),
    ...(isCut ? { cut: true } : {}),
  };
}

const settings = ['proxy', 'proxy_recursive', 'delete'];
