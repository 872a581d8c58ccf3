import type { NginxMap, NginxServer } from '../../domain/facts/facts.js';
import { redact } from '../../domain/secrets/text.js';
import type { Directive } from './nginx-tree.js';

/** Of one map: more are not carried along. */
const mostEntries = 1000;

/** The variables of `map`, `geo` and `split_clients`, those alone that the servers’ rules and passes may come to. */
export function mapsOf(http: readonly Directive[], servers: readonly NginxServer[]): NginxMap[] {
  const all = new Map(http.flatMap((directive) => mapOf(directive)).map((map) => [map.name, map]));
  const used = new Map<string, NginxMap>();
  let texts = [JSON.stringify(servers.map(({ rules, locations }) => [rules, locations]))];
  while (texts.length > 0) {
    const found = texts
      .flatMap((text) => [...text.matchAll(/\$\{?(\w+)/g)])
      .flatMap(([, name = '']) => (used.has(name) ? [] : (all.get(name) ?? [])));
    for (const map of found) used.set(map.name, map);
    texts = found.map(({ source, entries, otherwise }) =>
      [source, otherwise, ...entries.map(([, value]) => value)].join(' '),
    );
  }
  return [...used.values()];
}

function mapOf({ name, args, block = [] }: Directive): NginxMap[] {
  const [source = '', last] = args;
  const variable = (last ?? source).replace(/^\$/, '');
  const plain = block.filter((entry) => !ofTheBlock.includes(entry.name) || entry.args.length > 0);
  const entries = plain.flatMap((entry): [string, string][] =>
    entry.args[0] === undefined || settings.includes(entry.name)
      ? []
      : [[redact(entry.name), redact(entry.args[0])]],
  );
  const others = entries.filter(([key]) => key !== 'default' && !(name === 'split_clients' && key === '*'));
  const otherwise = entries.find((entry) => !others.includes(entry))?.[1] ?? '';
  if (name !== 'map' && name !== 'geo' && name !== 'split_clients') return [];
  // What is compared with a header or a cookie may be a secret, and is not known of a request anyway.
  const isOfVisitor = name !== 'map' || /\$\{?(?:http_(?!host\b)|cookie_)/.test(source);
  const isCut = others.length > mostEntries;
  return [
    {
      name: variable,
      // Whose address it is, or how a text falls into parts, is not known.
      source: name === 'map' ? source : '$remote_addr',
      entries: isCut ? [] : isOfVisitor ? others.map(([, value]) => ['', value]) : others,
      otherwise,
      ...(block.some((entry) => entry.name === 'hostnames') ? { hostnames: true } : {}),
      ...(isCut ? { cut: true } : {}),
    },
  ];
}

const ofTheBlock = ['hostnames', 'volatile', 'ranges'];
const settings = ['proxy', 'proxy_recursive', 'delete'];
