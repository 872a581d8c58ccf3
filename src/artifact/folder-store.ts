import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Manifest, type ManifestEntry, manifestText } from '../domain/app/manifest.js';
import { mapBounded } from './bounded.js';
import { collect } from './collect.js';
import { DigestMismatch, readChecked, sha256 } from './digest.js';
import { PackError, StoreError } from './errors.js';
import type { Packed, PackedFile } from './pack.js';
import type { ArtifactStore } from './store.js';
import { ownPath } from './own-path.js';
import { isDigest, manifestPath, objectPath, parseManifest } from './store-layout.js';

const concurrency = 16;
/** An object that is used again is touched well before `collect` would take it, a day after its last use. */
const touchAfterMs = 12 * 60 * 60 * 1000;

/** A store that can also be filled. */
export interface WritableStore extends ArtifactStore {
  /**
   * Keeps a packed source: the manifest appears last, when all files are there.
   * @param onFile called after each file that is kept, or was there
   * @returns the artifact's digest. @throws PackError where a file changed since it was packed.
   */
  put(packed: Packed, onFile?: (done: number, total: number) => void): Promise<string>;
}

/**
 * Artifacts in a folder, by content: objects/<2>/<62 hex digits> for files, manifests/<digest>.json. Bounded by
 * collect.ts. It holds sources, so only its owner can read it.
 * @param location absolute path; made when first needed.
 */
export function folderStore(location: string): WritableStore {
  return {
    location,

    async has(digest) {
      const manifest = await readManifest(location, digest).catch(() => null);
      if (manifest === null) return false;
      const files = manifest.entries.filter((entry) => entry.mode !== 'link');
      const there = await mapBounded(files, concurrency, (entry) => holds(location, entry));
      return there.every(Boolean);
    },

    manifest: (digest) => readManifest(location, digest),

    read: (entry) => content(location, entry),

    async put({ manifest, files }, onFile) {
      await mkdir(location, { recursive: true, mode: 0o700 });
      const distinct = new Map(files.map((file) => [file.entry.sha256, file]));
      await mapBounded([...distinct.values()], concurrency, (file) => keep(location, file), onFile);
      await replace(manifestPath(location, manifest.digest), JSON.stringify(manifest));
      await collect(location);
      return manifest.digest;
    },
  };
}

async function holds(location: string, entry: ManifestEntry): Promise<boolean> {
  const stats = await stat(objectPath(location, entry.sha256)).catch(() => null);
  return stats?.size === entry.size;
}

async function readManifest(location: string, digest: string): Promise<Manifest> {
  if (!isDigest(digest))
    throw new StoreError(`expected the digest of an artifact, got ${JSON.stringify(digest)}`);
  const path = manifestPath(location, digest);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new StoreError(
      `artifact ${digest.slice(0, 8)}: expected in ${location}, ${unread(cause as NodeJS.ErrnoException)}`,
      {
        cause,
      },
    );
  });
  await ownPath(path).catch((cause: unknown) => {
    throw new StoreError(`the artifact store is not used: ${(cause as Error).message}`, { cause });
  });
  const manifest = parseManifest(text);
  if (manifest?.digest === digest && sha256(manifestText(manifest.entries)) === digest) return manifest;
  throw new StoreError(
    `${path} is damaged: its content does not have its digest. Remove it and deploy again.`,
  );
}

function unread({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT')
    return 'not there. The command line and the worker must reach the same store (`belay doctor` compares them); otherwise deploy again, which packs anew.';
  const user = process.getuid === undefined ? '' : ` by uid ${process.getuid()}`;
  return `where it cannot be read${user}: ${message}. The command line and the worker must run as the same user: only its owner may read the store.`;
}

async function* content(location: string, entry: ManifestEntry): AsyncGenerator<Buffer> {
  const path = objectPath(location, entry.sha256);
  try {
    yield* readChecked(path, entry);
  } catch (cause) {
    // Taken away, so that packing the source again mends the store.
    if (cause instanceof DigestMismatch) await rm(path, { force: true });
    const problem =
      cause instanceof DigestMismatch ? `${path} was damaged and is removed` : (cause as Error).message;
    throw new StoreError(
      `${entry.path}: expected its content in the artifact store: ${problem}. Deploy again, which packs it anew.`,
      { cause },
    );
  }
}

async function keep(location: string, { entry, absolute }: PackedFile): Promise<void> {
  const path = objectPath(location, entry.sha256);
  // What asks for each file through the thread pool takes five times as long, and only the command line packs.
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.size === entry.size) {
    if (Date.now() - stats.mtimeMs > touchAfterMs) await utimes(path, new Date(), new Date());
    return;
  }
  await replace(path, readChecked(absolute, entry)).catch((cause: unknown) => {
    if (!(cause instanceof DigestMismatch)) throw cause;
    throw new PackError(
      `${JSON.stringify(absolute)} changed while it was being packed. Deploy again when nothing writes to the source.`,
      { cause },
    );
  });
}

/** Writes a file whole or not at all. */
async function replace(path: string, data: string | AsyncIterable<Buffer>): Promise<void> {
  const part = join(dirname(path), `.${randomUUID()}.part`);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    const file = await open(part, 'wx', 0o600);
    await writeFile(file, data).finally(() => file.close());
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
