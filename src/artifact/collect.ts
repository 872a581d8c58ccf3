import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestFolder, objectFolder, parseManifest, storeLimits } from './store-layout.js';

const day = 24 * 60 * 60 * 1000;

/**
 * Keeps the store bounded, whoever used it last: the newest 50 artifacts stay, no older than 90 days, of 2 GB together, and
 * once a day what none of them names goes, half-written files included. Only what is older than a day is taken for its size
 * or for having no name: something younger may belong to a source that is being packed now.
 */
export async function collect(location: string, limits = storeLimits): Promise<void> {
  const manifests = (await byAge(manifestFolder(location))).filter(({ name }) => name.endsWith('.json'));
  for (const { path } of manifests.slice(limits.artifacts)) await rm(path, { force: true });
  const marker = join(location, 'collected');
  const last = await stat(marker).catch(() => null);
  if (last && Date.now() - last.mtimeMs < day) return;
  // Before anything was kept there is nothing to collect.
  if (manifests.length === 0 && last === null) return;
  await writeFile(marker, '');

  const named = new Set<string>();
  let bytes = 0;
  for (const { path, mtimeMs } of manifests.slice(0, limits.artifacts)) {
    const age = Date.now() - mtimeMs;
    const entries = parseManifest(await readFile(path, 'utf8').catch(() => ''))?.entries ?? [];
    const own = entries.filter((entry) => entry.mode !== 'link' && !named.has(entry.sha256));
    bytes += own.reduce((sum, { size }) => sum + size, 0);
    if (age > limits.days * day || (bytes > limits.bytes && age > day)) await rm(path, { force: true });
    else for (const { sha256 } of own) named.add(sha256);
  }
  await removeOld(manifestFolder(location), (name) => name.endsWith('.json'));
  for (const prefix of await readdir(objectFolder(location)).catch(() => []))
    await removeOld(join(objectFolder(location), prefix), (name) => named.has(prefix + name));
}

/** Files of a folder that are older than a day and nobody needs. */
async function removeOld(folder: string, isNeeded: (name: string) => boolean): Promise<void> {
  for (const { path, name, mtimeMs } of await byAge(folder))
    if (!isNeeded(name) && Date.now() - mtimeMs > day) await rm(path, { force: true });
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
