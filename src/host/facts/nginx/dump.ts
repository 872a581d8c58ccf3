/**
 * The files that `nginx -T` printed, by name, the main one first. A comment may look like the heading of a file: what a file
 * holds goes as far as its size says; without one, a heading counts only for a file that what came before includes.
 *
 * @param sizes bytes of the files, by name
 */
export function filesOfDump(
  dump: string,
  sizes: ReadonlyMap<string, number> = new Map(),
): Map<string, string> {
  const files = new Map<string, string>();
  heading.lastIndex = 0;
  let found = heading.exec(dump);
  const patterns = new Patterns(folderOf(found?.[1] ?? ''));
  while (found !== null) {
    const name = found[1] ?? '';
    const start = heading.lastIndex;
    const isNext = (other: string, before: Patterns) => !files.has(other) && before.include(other);
    const end = endBySize(dump, start, sizes.get(name)) ?? endByHeading(dump, start, patterns.copy(), isNext);
    const text = dump.slice(start, end);
    files.set(name, text);
    patterns.add(text);
    heading.lastIndex = end;
    found = heading.exec(dump);
  }
  return files;
}

const heading = /(?:^|\n)# configuration file ([^\n]+):(?:\n|$)/g;

function endBySize(dump: string, start: number, size: number | undefined): number | undefined {
  if (size === undefined) return undefined;
  let bytes = 0;
  let at = start;
  for (; at < dump.length && bytes < size; at += 1) bytes += bytesOf(dump.charCodeAt(at));
  const isEnd = bytes === size && /^(?:\n# configuration file |\s*$)/.test(dump.slice(at, at + 22));
  return isEnd ? at : undefined;
}

/** Of UTF-8; a byte that was none came as U+FFFD. Each half of a pair counts for two. */
function bytesOf(unit: number): number {
  if (unit < 0x80 || unit === 0xfffd) return 1;
  return unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3;
}

function endByHeading(
  dump: string,
  start: number,
  patterns: Patterns,
  isNext: (name: string, patterns: Patterns) => boolean,
): number {
  // A file that begins with a comment like a heading has it right after its own.
  heading.lastIndex = start - 1;
  let from = start;
  for (let found = heading.exec(dump); found !== null; found = heading.exec(dump)) {
    const name = found[1] ?? '';
    patterns.add(dump.slice(from, found.index));
    from = found.index;
    if (name.startsWith('/') && isNext(name, patterns)) return found.index;
    heading.lastIndex = found.index + found[0].length - 1;
  }
  return dump.length;
}

/** What include directives name, so far. */
class Patterns {
  private readonly exact = new Set<string>();
  private readonly globs = new Map<string, RegExp>();

  constructor(private readonly folder: string) {}

  add(text: string): void {
    for (const { 1: word = '', index } of text.matchAll(/include\s+("[^"]*"|'[^']*'|[^\s;]+)\s*;/g)) {
      if (/[^\s;{}]/.test(text.charAt(index - 1))) continue;
      const path = absolute(word.replace(/^(["'])(.*)\1$/, '$2'), this.folder);
      const glob = globOf(path);
      if (glob === null) this.exact.add(path);
      else this.globs.set(path, glob);
    }
  }

  include(name: string): boolean {
    return this.exact.has(name) || [...this.globs.values()].some((glob) => glob.test(name));
  }

  copy(): Patterns {
    const copy = new Patterns(this.folder);
    for (const path of this.exact) copy.exact.add(path);
    for (const [path, glob] of this.globs) copy.globs.set(path, glob);
    return copy;
  }
}

// Of stars too: each one multiplies the work of matching.
const patternLimit = { length: 1024, stars: 8 };

/** null: it is no pattern, or none that is looked at. */
export function globOf(path: string): RegExp | null {
  const glob = path.replace(/\*+/g, '*');
  if (!/[*?[]/.test(glob)) return null;
  if (glob.length > patternLimit.length || glob.split('*').length > patternLimit.stars + 1) return null;
  const source = glob.replace(/\[!|(\/)?\*|\?|[.+^$(){}|\\]/g, (found, slash?: string) => {
    if (found === '[!') return '[^';
    if (found === '?') return '[^/]';
    if (!found.endsWith('*')) return `\\${found}`;
    // Names that begin with a dot are left out.
    return slash === undefined ? '[^/]*' : '/(?!\\.)[^/]*';
  });
  try {
    return new RegExp(`^${source}$`);
  } catch {
    return null;
  }
}

/** nginx takes a relative include from the first file’s folder. */
export function absolute(path: string, folder: string): string {
  return path.startsWith('/') ? path : `${folder}/${path}`;
}

export function folderOf(file: string): string {
  return file.slice(0, Math.max(file.lastIndexOf('/'), 0));
}
