import { absolute, filesOfDump, folderOf, globOf } from './nginx-dump.js';
import { Tokens } from './nginx-tokens.js';

/** A directive, with its block where it has one, and where it stands. */
export interface Directive {
  name: string;
  args: string[];
  block?: Directive[];
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
 * The whole configuration as one tree: what `nginx -T` prints file by file, each after `# configuration file NAME:`, is
 * put together along its `include` directives.
 *
 * @param sizes bytes of the files, by name
 */
export function configurationTree(dump: string, sizes?: ReadonlyMap<string, number>): Tree {
  const files = new Map([...filesOfDump(dump, sizes)].map(([name, text]) => [name, readFile(name, text)]));
  const [first] = files.keys();
  if (first === undefined) return { top: [], cut: false };
  const expansion = { files, base: folderOf(first), open: new Set([first]), left: directiveLimit };
  return { top: expand(files.get(first) ?? [], expansion, 0), cut: expansion.left < 0 };
}

function readFile(name: string, text: string): Directive[] {
  const tokens = new Tokens(text);
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
      const entry: Directive = { name: directive, args, where: `${name}:${line}` };
      siblings.push(entry);
      if (token.kind === '{') {
        entry.block = [];
        if (directive.endsWith('_by_lua_block')) tokens.skipLua();
        else open.push(entry.block);
      }
    } else if (token.kind === '{') open.push([]);
  }
  return top;
}

interface Expansion {
  files: ReadonlyMap<string, Directive[]>;
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
  return directives.flatMap((directive): Directive[] => {
    if ((expansion.left -= 1) < 0) return [];
    if (directive.name === 'include' && directive.args[0] !== undefined) {
      return included(directive.args[0], expansion).flatMap((name) => insert(name, expansion, depth));
    }
    if (directive.block === undefined) return [directive];
    return [{ ...directive, block: expand(directive.block, expansion, depth + 1) }];
  });
}

function insert(name: string, expansion: Expansion, depth: number): Directive[] {
  const { files, open } = expansion;
  if (open.has(name)) return [];
  open.add(name);
  const directives = expand(files.get(name) ?? [], expansion, depth + 1);
  open.delete(name);
  return directives;
}

function included(pattern: string, { files, base }: Expansion): string[] {
  const path = absolute(pattern, base);
  if (files.has(path)) return [path];
  const glob = globOf(path);
  return glob === null ? [] : [...files.keys()].filter((name) => glob.test(name)).sort();
}
