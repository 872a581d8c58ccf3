import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '../temporary.js';

/** What lies in a folder: a file's text, a symlink, or a file with a mode. */
export type Tree = Record<string, string | { link: string } | { text: string; mode: number }>;

/** Writes a tree into a folder, a new one unless given. */
export async function writeTree(tree: Tree, folder?: string): Promise<string> {
  const root = folder ?? (await temporaryFolder());
  for (const [path, what] of Object.entries(tree)) {
    const absolute = join(root, path);
    await mkdir(dirname(absolute), { recursive: true });
    if (typeof what === 'string') await writeFile(absolute, what);
    else if ('link' in what) await symlink(what.link, absolute);
    else {
      await writeFile(absolute, what.text);
      await chmod(absolute, what.mode);
    }
  }
  return root;
}
