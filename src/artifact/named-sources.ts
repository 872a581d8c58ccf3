import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sourcesOf, type NamesSources, type Source } from '../domain/app/sources.js';
import { ownPath } from './own-path.js';

/** More than anybody names; the one that was named longest ago goes first. */
const newestKept = 500;

/**
 * Has the worker take what an input names on its machine: this user's word for it, in the artifact store, which command
 * line and worker share and nobody else can write to.
 * @param location of the store
 */
export async function nameSources(location: string, input: NamesSources): Promise<void> {
  const sources = sourcesOf(input);
  if (sources.length === 0) return;
  const folder = folderOf(location);
  await mkdir(location, { recursive: true, mode: 0o700 });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const now = new Date();
  for (const source of sources) {
    const path = pathOf(location, source);
    await writeFile(path, `${source.key}\n`, { mode: 0o600 });
    await utimes(path, now, now);
  }
  await collect(folder);
}

/**
 * Whether this process's user has named a source.
 * @throws NotOwn where somebody else could have written that
 */
export async function isNamed(location: string, source: Source): Promise<boolean> {
  const path = pathOf(location, source);
  const there = await stat(path).catch(() => null);
  if (there === null) return false;
  await ownPath(path);
  return true;
}

function folderOf(location: string): string {
  return join(location, 'named');
}

function pathOf(location: string, { key }: Source): string {
  return join(folderOf(location), createHash('sha256').update(key).digest('hex'));
}

async function collect(folder: string): Promise<void> {
  const names = await readdir(folder);
  if (names.length <= newestKept) return;
  const aged = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })),
  );
  const oldest = aged.sort((a, b) => b.at - a.at).slice(newestKept);
  for (const { name } of oldest) await rm(join(folder, name), { force: true });
}
