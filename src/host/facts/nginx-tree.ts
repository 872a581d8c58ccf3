import { Tokens } from './nginx-tokens.js';

/** A directive, with its block where it has one, and where it stands. */
export interface Directive {
  name: string;
  args: string[];
  block?: Directive[];
  /** `file:line` */
  where: string;
}

const depthLimit = 40;
const directiveLimit = 50_000;

/**
 * The whole configuration as one tree: what `nginx -T` prints file by file, each after `# configuration file NAME:`, is
 * put together along its `include` directives.
 */
export function configurationTree(dump: string): Directive[] {
  const files = new Map<string, Directive[]>();
  let first: string | undefined;
  const parts = `\n${dump}`.split(/\n# configuration file ([^\n]+):(?=\n|$)/);
  for (let index = 1; index < parts.length; index += 2) {
    const name = parts[index] ?? '';
    // The newline after the heading belongs to the heading.
    const text = (parts[index + 1] ?? '').replace(/^\n/, '');
    first ??= name;
    if (!files.has(name)) files.set(name, readFile(name, text));
  }
  if (first === undefined) return [];
  const budget = { left: directiveLimit };
  return expand(files.get(first) ?? [], { files, base: folderOf(first), budget }, 0);
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
  budget: { left: number };
}

function expand(directives: readonly Directive[], expansion: Expansion, depth: number): Directive[] {
  if (depth > depthLimit) return [];
  return directives.flatMap((directive): Directive[] => {
    if ((expansion.budget.left -= 1) < 0) return [];
    if (directive.name === 'include' && directive.args[0] !== undefined) {
      return included(directive.args[0], expansion).flatMap((file) => expand(file, expansion, depth + 1));
    }
    if (directive.block === undefined) return [directive];
    return [{ ...directive, block: expand(directive.block, expansion, depth + 1) }];
  });
}

// Of stars too: each one multiplies the work of matching.
const patternLimit = { length: 1024, stars: 8 };

function included(pattern: string, { files, base }: Expansion): Directive[][] {
  const path = (pattern.startsWith('/') ? pattern : `${base}/${pattern}`).replace(/\*+/g, '*');
  const exact = files.get(path);
  if (exact !== undefined) return [exact];
  if (path.length > patternLimit.length || path.split('*').length > patternLimit.stars + 1) return [];
  const glob = globPattern(path);
  if (glob === null) return [];
  const names = [...files.keys()].filter((name) => glob.test(name)).sort();
  return names.map((name) => files.get(name) ?? []);
}

function globPattern(glob: string): RegExp | null {
  const source = glob
    .replace(/[.+^$(){}|\\]/g, '\\$&')
    .replace(/\[!/g, '[^')
    .replace(/\*/g, '[^/]*')
    .replace(/\?/g, '[^/]');
  try {
    return new RegExp(`^${source}$`);
  } catch {
    return null;
  }
}

function folderOf(file: string): string {
  return file.slice(0, Math.max(file.lastIndexOf('/'), 0));
}
