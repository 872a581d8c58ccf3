import { createHash } from 'node:crypto';
import type { Bind } from '../../domain/app/address.js';
import { filesOfDump } from '../../host/facts/nginx/dump.js';
import { leadsIn, mentionsAddress, type LocalAddress } from '../../host/facts/nginx/leads.js';
import { sizesOf } from '../../host/facts/nginx/nginx.js';
import { bodyOf, type Section } from '../../host/facts/sections.js';

/** What detour.sh exchanges: texts of whole files, in which nothing differs but the address, and a line that is more. */
export interface Exchange {
  line?: string;
  /** Its program, its -c and its -p. */
  nginx: string;
  files: { path: string; sum: string; text: string }[];
  /** What stands there then, and what stood there. */
  pairs: [string, string][];
}

/**
 * Every place in nginx's files, as they are now, that leads to an address, with another address in it.
 * @param sections of nginx-look.sh
 * @param line that the http block begins with then
 * @returns a reason where that cannot be done for certain
 */
export function exchangeOf(
  sections: readonly Section[],
  own: Bind,
  spare: Bind,
  line?: string,
): Exchange | string {
  const files = filesOfDump(bodyOf(sections, 'nginx-config') ?? '', sizesOf(sections));
  const real = realPaths(sections);
  const address: LocalAddress =
    own.kind === 'port' ? { kind: 'port', port: own.port } : { kind: 'socket', path: own.path };
  const exchanged = new Map<string, Exchange['files'][number]>();
  const pairs = new Map<string, string>();
  for (const [name, text] of files) {
    const { tokens, mentions } = leadsIn(text);
    const other = mentions.find((mention) => mentionsAddress(mention, address));
    if (other !== undefined) return `${name}:${other.line} names the app’s address in another way`;
    const mine = tokens.filter((token) => JSON.stringify(token.address) === JSON.stringify(address));
    if (mine.length === 0) continue;
    const path = real.get(name);
    if (path === undefined) return `${name} is not where nginx says`;
    if (text.includes('\ufffd')) return `${name} is not UTF-8`;
    let led = text;
    for (const { from, to } of [...mine].reverse()) {
      const [now, before] = pairOf(text, from, to, spare);
      if ((pairs.get(now) ?? before) !== before) return `${name} names the app’s address by two names`;
      pairs.set(now, before);
      led = led.slice(0, from) + valueOf(spare) + led.slice(to);
    }
    exchanged.set(path, { path, sum: digestOf(text), text: led });
  }
  if (exchanged.size === 0) return 'nginx’s configuration does not name the app’s address any more';
  if (line !== undefined) {
    const [[name, text] = ['', '']] = files;
    const path = real.get(name) ?? name;
    const begun = /^[ \t]*http[ \t]*\{[ \t]*(?:#.*)?\n/m.exec(exchanged.get(path)?.text ?? text);
    if (begun === null) return `${name}: where its http block begins is not plain`;
    const at = begun.index + begun[0].length;
    const before = exchanged.get(path) ?? { path, sum: digestOf(text), text };
    exchanged.set(path, { ...before, text: `${before.text.slice(0, at)}${line}\n${before.text.slice(at)}` });
  }
  const taken = [...files].find(([, text]) => [...pairs.keys()].some((now) => text.includes(now)));
  if (taken !== undefined) return `${taken[0]} names the spare address already`;
  const nginx = (bodyOf(sections, 'nginx-command') ?? '').split('\n').slice(0, 3).join('\n');
  return {
    nginx: `${nginx}\n`,
    files: [...exchanged.values()],
    pairs: [...pairs],
    ...(line === undefined ? {} : { line }),
  };
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Whether nginx's files lead to the spare address already. */
export function isLed(sections: readonly Section[], spare: Bind): boolean {
  const dump = bodyOf(sections, 'nginx-config') ?? '';
  return spare.kind === 'port' ? new RegExp(`:${spare.port}(?!\\d)`).test(dump) : dump.includes(spare.path);
}

function valueOf(bind: Bind): string {
  return bind.kind === 'port' ? String(bind.port) : bind.path;
}

/** Of a port with its host before it, as the port alone may stand elsewhere too. */
function pairOf(text: string, from: number, to: number, spare: Bind): [string, string] {
  const host = spare.kind === 'port' ? (/[\w.[\]:]*:$/.exec(text.slice(0, from).slice(-64))?.[0] ?? '') : '';
  return [host + valueOf(spare), host + text.slice(from, to)];
}

function realPaths(sections: readonly Section[]): Map<string, string> {
  return new Map(
    (bodyOf(sections, 'nginx-real') ?? '').split('\n').flatMap((line): [string, string][] => {
      const [path = '', name] = line.split('\t');
      return name === undefined || path === '' ? [] : [[name, path]];
    }),
  );
}
