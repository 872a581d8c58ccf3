import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import ignore from 'ignore';
import type { Packed } from '../../artifact/pack.js';
import { isTelling, type SourceView } from '../../init/source.js';

const largestText = 256 * 1024;
const mostTexts = 300;

/** The source as the rules of `init` see it. @param folder absolute, the one that was packed */
export async function sourceView({ manifest, files }: Packed, folder: string): Promise<SourceView> {
  const telling = files.filter(({ entry }) => isTelling(entry.path) && entry.size < largestText);
  const texts = await Promise.all(
    telling
      .slice(0, mostTexts)
      .map(async ({ entry, absolute }) => [entry.path, await readFile(absolute, 'utf8')] as const),
  );
  const paths = manifest.entries.map(({ path }) => path);
  return { name: basename(folder), files: paths, texts: new Map(texts) };
}

/**
 * Whether .gitignore at the source's top leaves a path out. Not .belayignore: that says what is not deployed, which is
 * something else than data.
 */
export async function gitIgnores(folder: string): Promise<(path: string) => boolean> {
  const text = await readFile(join(folder, '.gitignore'), 'utf8').catch(() => '');
  const rules = ignore({ ignorecase: false }).add(text);
  return (path) => rules.ignores(path);
}
