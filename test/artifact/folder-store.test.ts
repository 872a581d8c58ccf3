import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { collect } from '../../src/artifact/collect.js';
import { folderStore } from '../../src/artifact/folder-store.js';
import type { ManifestEntry } from '../../src/domain/app/manifest.js';
import { pack } from '../../src/artifact/pack.js';
import { temporaryFolder } from '../temporary.js';
import { type Tree, writeTree } from './source.js';

async function stored(tree: Tree, location?: string) {
  const store = folderStore(location ?? join(await temporaryFolder(), 'artifacts'));
  const source = await writeTree(tree);
  const packed = await pack({ source });
  return { store, source, packed, digest: await store.put(packed) };
}

/** The objects' paths within `objects/`; there is one at least where a test takes the first. */
async function objects(location: string): Promise<[string, ...string[]]> {
  const names = await readdir(join(location, 'objects'), { recursive: true });
  return names.filter((name) => name.includes('/')) as [string, ...string[]];
}

describe('a store of artifacts', () => {
  it('gives back what was put, the same content kept once', async () => {
    const { store, digest, packed } = await stored({
      'a.txt': 'hello',
      'b.txt': 'hello',
      'c/empty': '',
      l: { link: 'a.txt' },
    });
    expect(await store.has(digest)).toBe(true);
    const manifest = await store.manifest(digest);
    expect(manifest).toEqual(packed.manifest);
    const [a, , empty] = manifest.entries as [ManifestEntry, ManifestEntry, ManifestEntry];
    expect(await text(store.read(a))).toBe('hello');
    expect(await text(store.read(empty))).toBe('');
    expect(await objects(store.location)).toHaveLength(2);
  });

  it('gives back a large file', async () => {
    const large = 'x'.repeat(5_000_000);
    const { store, digest } = await stored({ large });
    const [entry] = (await store.manifest(digest)).entries as [ManifestEntry];
    expect((await text(store.read(entry))).length).toBe(large.length);
  });

  it('can be read by its owner alone', async () => {
    const { store } = await stored({ a: 'a' });
    expect((await stat(store.location)).mode & 0o777).toBe(0o700);
  });

  it('that cannot be read is not said to be empty', async () => {
    const { store, digest } = await stored({ a: 'a' });
    const path = join(store.location, 'manifests', `${digest}.json`);
    await rm(path);
    // Unreadable to root too.
    await mkdir(path);
    await expect(store.manifest(digest)).rejects.toThrow(
      /where it cannot be read by uid \d+: EISDIR.*same user/,
    );
  });

  it('has nothing of what it does not have whole', async () => {
    const { store, digest } = await stored({ a: 'a', b: 'b' });
    const [first] = await objects(store.location);
    await rm(join(store.location, 'objects', first));
    expect(await store.has(digest)).toBe(false);
    expect(await store.has('0'.repeat(64))).toBe(false);
    await expect(store.manifest('0'.repeat(64))).rejects.toThrow('must reach the same store');
  });

  it('finds a damaged file out, and is mended by packing again', async () => {
    const { store, digest, packed } = await stored({ 'a.txt': 'hello' });
    const [object] = await objects(store.location);
    await writeFile(join(store.location, 'objects', object), 'hellO');
    const [entry] = (await store.manifest(digest)).entries as [ManifestEntry];
    await expect(text(store.read(entry))).rejects.toThrow(/a\.txt: .*damaged.*Deploy again/);
    await store.put(packed);
    expect(await text(store.read(entry))).toBe('hello');
  });

  it('finds a damaged manifest out', async () => {
    const { store, digest } = await stored({ 'a.txt': 'hello' });
    const path = join(store.location, 'manifests', `${digest}.json`);
    await writeFile(path, (await readFile(path, 'utf8')).replace('a.txt', 'b.txt'));
    await expect(store.manifest(digest)).rejects.toThrow('is damaged');
    expect(await store.has(digest)).toBe(false);
  });

  it('refuses a file that changed since it was packed, and keeps nothing of it', async () => {
    const store = folderStore(await temporaryFolder());
    const source = await writeTree({ 'a.txt': 'before' });
    const packed = await pack({ source });
    await writeFile(join(source, 'a.txt'), 'after!');
    await expect(store.put(packed)).rejects.toThrow('changed while it was being packed');
    expect(await store.has(packed.manifest.digest)).toBe(false);
    expect(await objects(store.location)).toEqual([]);
  });

  it('keeps the newest 50 artifacts, and collects what none of them names once it is a day old', async () => {
    const location = await temporaryFolder();
    const { store, digest } = await stored({ 'a.txt': 'the first' }, location);
    const twoDaysAgo = new Date(Date.now() - 48 * 60 * 60 * 1000);
    for (const name of await objects(location))
      await utimes(join(location, 'objects', name), twoDaysAgo, twoDaysAgo);
    await utimes(join(location, 'manifests', `${digest}.json`), twoDaysAgo, twoDaysAgo);
    for (let n = 1; n <= 50; n++) await stored({ 'a.txt': `number ${n}` }, location);
    expect(await readdir(join(location, 'manifests'))).toHaveLength(50);
    expect(await store.has(digest)).toBe(false);
    expect(await objects(location)).toHaveLength(51);

    await utimes(join(location, 'collected'), twoDaysAgo, twoDaysAgo);
    await stored({ 'a.txt': 'number 50' }, location);
    expect(await objects(location)).toHaveLength(50);
  });

  it('keeps no artifact for ever: they go by age, and the oldest ones by size, also where nobody packs any more', async () => {
    const location = await temporaryFolder();
    const ago = (days: number) => new Date(Date.now() - days * 24 * 60 * 60 * 1000);
    const at = async (days: number, content: string) => {
      const { digest } = await stored({ 'a.txt': content }, location);
      await utimes(join(location, 'manifests', `${digest}.json`), ago(days), ago(days));
      return digest;
    };
    await at(91, 'too old');
    const oldest = await at(3, 'x'.repeat(1000));
    const newer = await at(2, 'y'.repeat(1000));
    const young = await at(0.5, 'z'.repeat(1000));
    const half = join(location, 'manifests', '.half.part');
    await writeFile(half, '{');
    await utimes(half, ago(2), ago(2));
    for (const name of await objects(location)) await utimes(join(location, 'objects', name), ago(2), ago(2));
    await rm(join(location, 'collected'));

    await collect(location, { artifacts: 50, days: 90, bytes: 2_500 });
    const kept = await readdir(join(location, 'manifests'));
    expect(kept.sort()).toEqual([`${newer}.json`, `${young}.json`].sort());
    expect(kept).not.toContain(`${oldest}.json`);
    expect(await objects(location)).toHaveLength(2);

    // What is young may be in use, however large.
    await rm(join(location, 'collected'));
    await collect(location, { artifacts: 50, days: 90, bytes: 10 });
    expect(await readdir(join(location, 'manifests'))).toEqual([`${young}.json`]);
  });

  it('does not collect what is put again', async () => {
    const location = await temporaryFolder();
    const { store, packed, digest } = await stored({ 'a.txt': 'old but used' }, location);
    const twoDaysAgo = new Date(Date.now() - 48 * 60 * 60 * 1000);
    await utimes(join(location, 'objects', (await objects(location))[0]), twoDaysAgo, twoDaysAgo);
    await rm(join(location, 'manifests', `${digest}.json`));
    await utimes(join(location, 'collected'), twoDaysAgo, twoDaysAgo);
    await store.put(packed);
    expect(await store.has(digest)).toBe(true);
  });
});
