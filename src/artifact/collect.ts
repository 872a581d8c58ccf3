import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestFolder, newestKept, objectFolder, parseManifest } from './store-layout.js';

const day = 24 * 60 * 60 * 1000;

/**
 * Keeps the store bounded: the newest 50 manifests stay, and once a day what none of them names goes, half-written files
 * included. Only what is older than a day is taken: something younger may belong to a source that is being packed now.
 */
export async function collect(location: string): Promise<void> {
  const manifests = await byAge(manifestFolder(location));
  for (const { path } of manifests.slice(newestKept)) await rm(path, { force: true });
  const marker = join(location, 'collected');
  const last = await stat(marker).catch(() => null);
  if (last && Date.now() - last.mtimeMs < day) return;
  await writeFile(marker, '');

  const named = new Set<string>();
  for (const { path } of manifests.slice(0, newestKept)) {
    const manifest = parseManifest(await readFile(path, 'utf8').catch(() => ''));
    for (const entry of manifest?.entries ?? []) named.add(entry.sha256);
  }
  for (const prefix of await readdir(objectFolder(location)).catch(() => [])) {
    for (const { path, name, mtimeMs } of await byAge(join(objectFolder(location), prefix))) {
      if (!named.has(prefix + name) && Date.now() - mtimeMs > day) await rm(path, { force: true });
    }
  }
}

/** Files of a folder, the newest first. */
async function byAge(folder: string): Promise<{ path: string; name: string; mtimeMs: number }[]> {
  const files: { path: string; name: string; mtimeMs: number }[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const stats = await stat(path).catch(() => null);
    if (stats) files.push({ path, name, mtimeMs: stats.mtimeMs });
  }
  return files.sort((a, b) => b.mtimeMs - a.mtimeMs);
}
