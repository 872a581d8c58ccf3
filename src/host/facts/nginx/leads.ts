import type { NginxLead } from '../../../domain/facts/facts.js';
import { addressOf } from '../../../domain/nginx/routing/pass.js';
import { passes } from './backends.js';
import { Tokens, valueBlocks, type Piece, type Token } from './tokens.js';
import { plainSocket } from '../sockets.js';

type Word = Extract<Token, { kind: 'word' }>;
export type LocalAddress = NginxLead['address'];

/** One place in a file that leads to an address on this machine: what stands from `from` to `to` is its port, or its path. */
interface LeadToken {
  address: LocalAddress;
  from: number;
  to: number;
  line: number;
}

/** Text in which a number or a path may name an address in another way. */
interface Mention {
  text: string;
  line: number;
  /** A bare number means a port there: the value of a variable. */
  bare: boolean;
}

interface FileLeads {
  tokens: LeadToken[];
  mentions: Mention[];
}

const mostLeads = 200;
const mostPlaces = 50;

/** The addresses that a whole configuration leads to, file by file. */
export function leadsOf(files: ReadonlyMap<string, string>): NginxLead[] {
  const leads = new Map<string, NginxLead>();
  for (const [name, text] of files) {
    for (const { address, line } of leadsIn(text, () => false).tokens) {
      const key = JSON.stringify(address);
      const lead = leads.get(key) ?? { address, at: [], otherwise: [] };
      if (leads.size < mostLeads || leads.has(key)) leads.set(key, lead);
      if (lead.at.length < mostPlaces) lead.at.push(`${name}:${line}`);
    }
  }
  const named = new Named([...leads.values()]);
  for (const [name, text] of files) {
    if (!named.isIn(text)) continue;
    for (const mention of leadsIn(text, (part) => named.isIn(part)).mentions)
      for (const { otherwise } of named.by(mention))
        if (otherwise.length < mostPlaces) otherwise.push(`${name}:${mention.line}`);
  }
  return [...leads.values()];
}

/** What may name one of the leads. A map may have 50,000 lines, of which hardly one names any. */
class Named {
  private readonly anyPort: RegExp;
  private readonly sockets: NginxLead[];
  private readonly paths: string[];

  constructor(private readonly leads: readonly NginxLead[]) {
    const ports = leads.flatMap(({ address }) => (address.kind === 'port' ? [address.port] : []));
    this.anyPort = ports.length === 0 ? /(?!)/ : new RegExp(`(?<!\\d)(?:${ports.join('|')})(?!\\d)`);
    this.sockets = leads.filter(({ address }) => address.kind === 'socket');
    this.paths = leads.flatMap(({ address }) => (address.kind === 'socket' ? [address.path] : []));
  }

  /** Of a text that is not taken apart. */
  isIn(text: string): boolean {
    return this.anyPort.test(text) || this.paths.some((path) => text.includes(path));
  }

  by(mention: Mention): readonly NginxLead[] {
    const possible = this.anyPort.test(mention.text) ? this.leads : this.sockets;
    return possible.filter(({ address }) => mentionsAddress(mention, address));
  }
}

/**
 * What one file of nginx's configuration has of addresses. Comments have none.
 * @param isWanted of a mention, and of a block of values as it stands: whether it is looked at
 */
export function leadsIn(text: string, isWanted: (text: string) => boolean = () => true): FileLeads {
  const found: FileLeads = { tokens: [], mentions: [] };
  readPiece({ text, line: 1 }, '', isWanted, found);
  return found;
}

function readPiece(
  piece: Piece,
  around: string,
  isWanted: (text: string) => boolean,
  found: FileLeads,
): void {
  const tokens = new Tokens(piece);
  let words: Word[] = [];
  for (let token = tokens.next(); token !== null; token = tokens.next()) {
    if (token.kind === 'word') {
      words.push(token);
      continue;
    }
    const [name] = words;
    if (name !== undefined)
      readDirective(piece.text, { words, isBlock: token.kind === '{', around, isWanted }, found);
    if (token.kind === '{' && name?.text.endsWith('_by_lua_block') === true)
      found.mentions.push({ text: tokens.skipLua(), line: name.line, bare: true });
    else if (token.kind === '{' && name !== undefined && valueBlocks.includes(name.text)) {
      const values = tokens.skipBlock();
      if (isWanted(values.text)) readPiece(values, name.text, isWanted, found);
    }
    words = [];
  }
}

/** Whether it names the address otherwise than as a token of its own. */
export function mentionsAddress({ text, bare }: Mention, address: LocalAddress): boolean {
  if (address.kind === 'socket')
    return text.includes(address.path) || plainSocket(text).includes(address.path);
  // A number within a path or a name is no port.
  return new RegExp(`${bare ? '(?<![\\w/.-])' : ':'}${address.port}(?!\\d)`).test(text);
}

function readDirective(
  text: string,
  of: { words: readonly Word[]; isBlock: boolean; around: string; isWanted: (text: string) => boolean },
  found: FileLeads,
): void {
  const { words, isBlock, around, isWanted } = of;
  const [name, first] = words;
  if (name === undefined) return;
  const leads = !isBlock && (passes.includes(name.text) || name.text === 'server');
  const token = leads && first !== undefined ? tokenOf(text, first) : undefined;
  if (token !== undefined) found.tokens.push(token);
  const bare = valueBlocks.includes(around) || name.text === 'set' || name.text.includes('lua');
  const said = valueBlocks.includes(around) ? words : words.slice(1);
  for (const word of said)
    if ((token === undefined || word !== first) && isWanted(word.text))
      found.mentions.push({ text: word.text, line: word.line, bare });
}

/** Of `http://127.0.0.1:9999/x`, `localhost:9999`, `unix:/run/x.sock`; undefined: another machine, a name, or a variable. */
function tokenOf(text: string, word: Word): LeadToken | undefined {
  const { authority, socket } = addressOf(word.text);
  const raw = text.slice(word.from, word.to);
  const place = (part: string, address: LocalAddress): LeadToken | undefined => {
    const at = raw.indexOf(part);
    if (at < 0 || raw.includes(part, at + 1)) return undefined;
    return { address, from: word.from + at, to: word.from + at + part.length, line: word.line };
  };
  if (socket !== undefined)
    return /[\s$"'\\;{}]/.test(socket)
      ? undefined
      : place(socket, { kind: 'socket', path: plainSocket(socket) });
  const [, host, port] =
    /^(127\.0\.0\.1|0\.0\.0\.0|localhost|\[::1?\]):(\d{1,5})(?=$|\$)/i.exec(authority) ?? [];
  if (host === undefined || port === undefined) return undefined;
  const whole = place(`${host}:${port}`, { kind: 'port', port: Number(port) });
  return whole && { ...whole, from: whole.from + host.length + 1 };
}
