import { lstatSync, type BigIntStats } from 'node:fs';
import { readdir, readlink, realpath } from 'node:fs/promises';
import { isUtf8 } from 'node:buffer';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { PackError } from './errors.js';
import { isIgnored, levelsAt, levelsIn, type Levels } from './ignored.js';

/** Something in the source that is to be packed. */
export interface Found {
  /** Relative to the source, with forward slashes. */
  path: string;
  absolute: string;
  /** Bytes, as lstat says. */
  size: number;
  executable: boolean;
  /** Nobody but its owner may read it. */
  secret: boolean;
  /** A symlink's target. */
  target?: string;
  /** Differs after every write to a file; undefined where one may follow that would not show. */
  stamp?: string;
}

/** Never packed, whatever `include` says: they belong to the machine, not to the source. */
const neverPacked = new Set(['.git', '__pycache__', '.belay']);
/** Packed only where `include` names them or a folder above them. */
const dependencies = new Set(['node_modules', '.venv', 'venv']);

/** A source beyond these is taken for a mistake. */
const bounds = { files: 100_000, bytes: 2 * 1024 ** 3 };
const problemsShown = 10;
const settledMs = 2000;

/**
 * Finds what there is to pack below `source`, in no particular order. Empty folders are not packed.
 * @param source absolute, no symlink. @param include paths relative to it that are packed though ignored.
 * @throws PackError naming the first ten files that cannot be packed, and why.
 */
export async function walk(source: string, include: readonly string[]): Promise<Found[]> {
  const walker = new Walker(source, include);
  await walker.folder('', await levelsAt(source));
  return walker.result();
}

class Walker {
  private readonly found: Found[] = [];
  private readonly problems: string[] = [];
  private bytes = 0;

  constructor(
    private readonly source: string,
    private readonly include: readonly string[],
  ) {}

  /** Walks the folder `path`, relative and empty for the source itself; `levels` are the ignore files in force there. */
  async folder(path: string, levels: Levels): Promise<void> {
    const absolute = join(this.source, path);
    const entries = await readdir(absolute, { withFileTypes: true });
    // Bytes that are no UTF-8 come as U+FFFD, which a name may also hold by itself: only then the bytes are looked at.
    const raw = entries.some((entry) => entry.name.includes('\uFFFD'))
      ? await readdir(absolute, 'buffer')
      : [];
    const garbled = new Map(raw.filter((name) => !isUtf8(name)).map((name) => [name.toString(), name]));

    for (const entry of entries) {
      const child = path === '' ? entry.name : `${path}/${entry.name}`;
      if (this.leavesOut(child, entry.name, entry.isDirectory(), levels)) continue;
      const bytes = garbled.get(entry.name);
      if (bytes !== undefined) {
        this.problems.push(
          `${shown(child)}: its name is not UTF-8 (bytes ${bytes.toString('hex')}); rename it`,
        );
      } else if (/\p{Cc}/u.test(entry.name)) {
        this.problems.push(`${shown(child)}: its name holds a control character; rename it`);
      } else if (entry.isDirectory()) {
        await this.folder(child, await levelsIn(join(this.source, child), levels));
      } else {
        await this.file(child);
      }
    }
  }

  result(): Found[] {
    if (this.problems.length === 0) return this.found;
    const rest = this.problems.length - problemsShown;
    throw new PackError(
      `${this.source} holds what cannot be packed. Mend it, or leave it out with a line in .belayignore:\n` +
        this.problems
          .slice(0, problemsShown)
          .map((problem) => `  ${problem}`)
          .join('\n') +
        (rest > 0 ? `\n  and ${rest} more` : ''),
    );
  }

  private leavesOut(path: string, name: string, isFolder: boolean, levels: Levels): boolean {
    if (neverPacked.has(name)) return true;
    const included = this.include.some(
      (each) => path === each || path.startsWith(`${each}/`) || (isFolder && each.startsWith(`${path}/`)),
    );
    if (included) return false;
    return dependencies.has(name) || isIgnored(levels, join(this.source, path), isFolder);
  }

  private async file(path: string): Promise<void> {
    const absolute = join(this.source, path);
    // A call into the thread pool for each file takes five times as long, and nothing else waits.
    const stats = lstatSync(absolute, { bigint: true });
    const size = Number(stats.size);
    const common = {
      path,
      absolute,
      size,
      executable: (stats.mode & 0o100n) !== 0n,
      secret: (stats.mode & 0o044n) === 0n,
    };
    if (stats.isSymbolicLink()) {
      const target = await readlink(absolute);
      const problem = await this.problemOfLink(path, target);
      if (problem === null) this.found.push({ ...common, target });
      else this.problems.push(problem);
    } else if (stats.isFile()) {
      this.found.push({ ...common, stamp: stampOf(stats) });
      this.bytes += size;
    } else {
      const kind = stats.isSocket() ? 'a socket' : stats.isFIFO() ? 'a fifo' : 'a device';
      this.problems.push(`${shown(path)}: expected a file, a folder or a symlink, found ${kind}`);
    }
    this.checkBounds();
  }

  private async problemOfLink(path: string, target: string): Promise<string | null> {
    const link = `${shown(path)}: a symlink to ${shown(target)}`;
    if (/\p{Cc}|\uFFFD/u.test(target))
      return `${link}, which holds a control character or is not UTF-8; make it anew`;
    if (isAbsolute(target)) return `${link}; expected a relative target within the source`;
    const advice =
      'which leads out of the source; a path that stays on the host belongs under `shared` in belay.yml';
    if (!within(this.source, resolve(dirname(join(this.source, path)), target))) return `${link}, ${advice}`;
    // A link may also get out by way of another one. Where it leads to nothing, its text is all there is to judge.
    const real = await realpath(join(this.source, path)).catch(() => this.source);
    return within(this.source, real) ? null : `${link}, ${advice}`;
  }

  private checkBounds(): void {
    if (this.found.length <= bounds.files && this.bytes <= bounds.bytes) return;
    const largest = largestFolders(this.found);
    throw new PackError(
      `${this.source}: expected at most ${bounds.files} files and ${bounds.bytes / 1024 ** 3} GiB, found more: ${largest}. ` +
        'Leave out what the app does not need with .gitignore or .belayignore.',
    );
  }
}

/** As git's index has it. Within the same tick of the file system's clock (2 s at most, on FAT) a second write does not show. */
function stampOf({ dev, ino, size, mtimeNs, ctimeNs, mtimeMs, ctimeMs }: BigIntStats): string | undefined {
  const changedMs = Number(mtimeMs > ctimeMs ? mtimeMs : ctimeMs);
  if (Date.now() - changedMs <= settledMs) return undefined;
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}

function within(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith('../');
}

function largestFolders(found: readonly Found[]): string {
  const sums = new Map<string, { files: number; bytes: number }>();
  for (const { path, size } of found) {
    const top = path.includes('/') ? `${path.slice(0, path.indexOf('/'))}/` : path;
    const sum = sums.get(top) ?? { files: 0, bytes: 0 };
    sums.set(top, { files: sum.files + 1, bytes: sum.bytes + size });
  }
  return [...sums]
    .sort(([, a], [, b]) => b.bytes - a.bytes || b.files - a.files)
    .slice(0, 3)
    .map(([top, sum]) => `${shown(top)} ${sum.files} files, ${Math.ceil(sum.bytes / 1024 ** 2)} MiB`)
    .join('; ');
}

/** A path as it can be read in one line, whatever it holds. */
function shown(path: string): string {
  return JSON.stringify(path);
}
