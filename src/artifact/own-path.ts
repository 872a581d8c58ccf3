import type { Stats } from 'node:fs';
import { lstat, readlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

const mostLinks = 40;

/** A path that somebody else could have put there, or could change. The message says which part of it, and what to do. */
class NotOwn extends Error {
  override name = 'NotOwn';
}

/**
 * Follows a path, and its links, from the root on: everything on the way belongs to this process's user or to root, and
 * nobody else can write to it. In a folder with the sticky bit, as /tmp, others can exchange nothing that is not theirs.
 * @param path absolute, or beginning with `~/`, which is the home of this process's user
 * @returns where it leads, without links
 * @throws NotOwn; the system's own error where there is nothing, or no right to look
 */
export async function ownPath(path: string): Promise<string> {
  const left = partsOf(path.startsWith('~/') ? join(homedir(), path.slice(2)) : path);
  let at = '/';
  for (let links = 0; ;) {
    const name = left.shift();
    if (name === undefined) return at;
    if (name === '..') {
      at = dirname(at);
      continue;
    }
    const next = join(at, name);
    const stats = await lstat(next);
    expectOwn(next, stats);
    if (!stats.isSymbolicLink()) {
      at = next;
      continue;
    }
    links += 1;
    if (links > mostLinks) throw new NotOwn(`${path} leads through more than ${mostLinks} links`);
    const target = await readlink(next);
    if (target.startsWith('/')) at = '/';
    left.unshift(...partsOf(target));
  }
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

function expectOwn(path: string, stats: Stats): void {
  const me = process.getuid?.();
  if (me === undefined) return;
  if (stats.uid !== me && stats.uid !== 0) {
    throw new NotOwn(
      `${path} belongs to uid ${stats.uid}, and expected was uid ${me}${me === 0 ? '' : ' or root'}: chown it, or name another`,
    );
  }
  const sticky = stats.isDirectory() && (stats.mode & 0o1000) !== 0;
  if (stats.isSymbolicLink() || sticky || (stats.mode & 0o022) === 0) return;
  throw new NotOwn(`${path} can be written by others than uid ${me}: chmod go-w ${path}`);
}
