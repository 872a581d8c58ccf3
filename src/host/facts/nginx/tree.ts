import { absolute, folderOf, globOf } from './dump.js';
import { Tokens, valueBlocks, type Piece } from './tokens.js';

/** A directive, with its block where it has one, and where it stands. */
export interface Directive {
  name: string;
  args: string[];
  /** One of values alone is read as it is first asked for. */
  readonly block?: Directive[];
  /** `file:line` */
  where: string;
}

/** The configuration as one tree. */
export interface Tree {
  top: Directive[];
  /** Whether something was left out. */
  cut: boolean;
}

const depthLimit = 40;
const directiveLimit = 1_000_000;

/**
 * The whole configuration as one tree: its files, put together along their `include` directives.
 *
 * @param texts of the files by name, the main one first
 */
export function configurationTree(texts: ReadonlyMap<string, string>): Tree {
  const files = new Map([...texts].map(([name, text]) => [name, once(() => read(name, { text, line: 1 }))]));
  const [first] = files.keys();
  if (first === undefined) return { top: [], cut: false };
  const expansion = { files, base: folderOf(first), open: new Set([first]), left: directiveLimit };
  return { top: expand(files.get(first)?.() ?? [], expansion, 0), cut: expansion.left < 0 };
}

function read(name: string, piece: Piece): Directive[] {
  const tokens = new Tokens(piece);
  const top: Directive[] = [];
  const open = [top];
  let words: string[] = [];
  let line = 0;
  for (let token = tokens.next(); token !== null; token = tokens.next()) {
    if (token.kind === 'word') {
      if (words.length === 0) line = token.line;
      words.push(token.text);
      continue;
    }
    const [directive, ...args] = words;
    words = [];
    const siblings = open.at(-1) ?? top;
    if (token.kind === '}') {
      if (open.length > 1) open.pop();
    } else if (directive !== undefined) {
      const entry = { name: directive, args, where: `${name}:${line}` };
      if (token.kind !== '{') siblings.push(entry);
      else if (valueBlocks.includes(directive)) {
        const inside = tokens.skipBlock();
        siblings.push(withBlock(entry, () => read(name, inside)));
      } else {
        const block: Directive[] = [];
        siblings.push({ ...entry, block });
        if (directive.endsWith('_by_lua_block')) tokens.skipLua();
        else open.push(block);
      }
    } else if (token.kind === '{') open.push([]);
  }
  return top;
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function withBlock(entry: Omit<Directive, 'block'>, make: () => Directive[]): Directive {
  return Object.defineProperty(entry, 'block', { get: once(make), enumerable: true });
}

interface Expansion {
  files: ReadonlyMap<string, () => Directive[]>;
  /** nginx takes a relative include from the first file's folder. */
  base: string;
  /** What is being put in: nginx takes no file that includes itself. */
  open: Set<string>;
  left: number;
}

function expand(directives: readonly Directive[], expansion: Expansion, depth: number): Directive[] {
  if (depth > depthLimit) {
    expansion.left = -1;
    return [];
  }
  const expanded: Directive[] = [];
  for (const directive of directives) {
    if ((expansion.left -= 1) < 0) break;
    const { name, args, where } = directive;
    if (name === 'include' && args[0] !== undefined) {
      for (const file of included(args[0], expansion))
        for (const one of insert(file, expansion, depth)) expanded.push(one);
    } else if (valueBlocks.includes(name)) {
      const within = { ...expansion, open: new Set(expansion.open), left: directiveLimit };
      expanded.push(withBlock({ name, args, where }, () => expand(directive.block ?? [], within, depth + 1)));
    } else if (directive.block === undefined) expanded.push(directive);
    else expanded.push({ name, args, where, block: expand(directive.block, expansion, depth + 1) });
  }
  return expanded;
}

function insert(name: string, expansion: Expansion, depth: number): Directive[] {
  const { files, open } = expansion;
  if (open.has(name)) return [];
  open.add(name);
  const directives = expand(files.get(name)?.() ?? [], expansion, depth + 1);
  open.delete(name);
  return directives;
}

function included(pattern: string, { files, base }: Expansion): string[] {
  const path = absolute(pattern, base);
  if (files.has(path)) return [path];
  const glob = globOf(path);
  return glob === null ? [] : [...files.keys()].filter((name) => glob.test(name)).sort();
}
