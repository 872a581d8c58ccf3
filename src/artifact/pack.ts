import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { type Manifest, type ManifestEntry, manifestText } from '../domain/app/manifest.js';
import { mapBounded } from './bounded.js';
import { digestFile, sha256 } from './digest.js';
import { digestCache, type DigestCache } from './digest-cache.js';
import { PackError } from './errors.js';
import { type Revision, revisionOf } from './revision.js';
import { type Found, walk } from './walk.js';

export interface PackOptions {
  /** Absolute path of the source. */
  source: string;
  /** Paths relative to the source that are packed though ignored: `dist`. */
  include?: readonly string[];
  /** The folder of digest caches; without it every file is read. */
  digests?: string;
  /** Where the source stands in git, where that is known already. */
  revision?: Revision;
  /** Called after each file that was read, or whose digest was known. */
  onFile?: (done: number, total: number) => void;
}

/** A regular file of the manifest and where its content is. */
export interface PackedFile {
  entry: ManifestEntry;
  absolute: string;
}

export interface Packed {
  manifest: Manifest;
  /** The regular files; symlinks are in the manifest alone. */
  files: PackedFile[];
}

/**
 * Reads the source and says what an artifact of it holds. Nothing is copied: `put` of a store does that.
 * @throws PackError where the source is not there, is empty, or holds what cannot be packed.
 */
export async function pack({
  source,
  include = [],
  digests,
  revision: known,
  onFile,
}: PackOptions): Promise<Packed> {
  const root = await sourceFolder(source);
  const included = await Promise.all(include.map((path) => includedPath(root, path)));
  const [found, revision, cache] = await Promise.all([
    walk(root, included).catch(unreadableIn(root)),
    known ?? revisionOf(root),
    digests === undefined ? undefined : digestCache(digests, root),
  ]);
  if (found.length === 0) {
    throw new PackError(
      `${root}: expected files to deploy, found none: it is empty, or .gitignore and .belayignore leave out all of it. ` +
        'Check `source` in belay.yml; `include` names ignored paths that are to be packed all the same.',
    );
  }
  // Where nobody else may read any of them, that is the umask of whoever made them, and says nothing of one.
  const telling = found.some(({ secret, target }) => !secret && target === undefined);
  const plain = telling ? found : found.map((file) => ({ ...file, secret: false }));
  const read = mapBounded(plain, 16, (file) => packedFile(file, cache), onFile);
  const files = await read.catch(unreadableIn(root));
  await cache?.save();
  const entries = files.map((file) => file.entry).sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    manifest: { digest: sha256(manifestText(entries)), entries, ...revision },
    files: files.filter((file) => file.entry.mode !== 'link'),
  };
}

async function sourceFolder(source: string): Promise<string> {
  const stats = await stat(source).catch(() => null);
  if (stats?.isDirectory()) return realpath(source);
  const came = stats === null ? 'nothing is there' : 'found something else';
  throw new PackError(`${source}: expected the folder to deploy, ${came}. Check \`source\` in belay.yml.`);
}

/** An `include` without `./` and trailing slash; it must be there, or what the app needs would be missing in silence. */
async function includedPath(root: string, path: string): Promise<string> {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (isAbsolute(path) || parts.length === 0 || parts.includes('..')) {
    throw new PackError(
      `include: expected a path within ${root}, got ${JSON.stringify(path)}. Correct it in belay.yml.`,
    );
  }
  const plain = parts.join('/');
  if (await stat(join(root, plain)).catch(() => null)) return plain;
  throw new PackError(
    `include: expected ${JSON.stringify(plain)} in ${root}, nothing is there. Build it first, or correct belay.yml.`,
  );
}

async function packedFile(found: Found, cache?: DigestCache): Promise<PackedFile> {
  const { path, absolute, target } = found;
  if (target !== undefined) {
    const size = Buffer.byteLength(target);
    return { entry: { path, mode: 'link', size, sha256: sha256(target), target }, absolute };
  }
  const mode = modeOf(found);
  const known = cache?.find(found);
  if (known !== undefined) return { entry: { path, mode, size: found.size, sha256: known }, absolute };
  const content = await digestFile(absolute, found.size);
  cache?.note(found, content.sha256);
  return { entry: { path, mode, ...content }, absolute };
}

function modeOf({ executable, secret }: Found): ManifestEntry['mode'] {
  if (secret) return executable ? '700' : '600';
  return executable ? '755' : '644';
}

/** A file that cannot be read is a matter for the person who packs, not a defect. */
function unreadableIn(root: string): (error: unknown) => never {
  return (error) => {
    const { code, path } = error as NodeJS.ErrnoException;
    if (code === undefined || path === undefined) throw error;
    const advice =
      code === 'ENOENT'
        ? 'It went away while it was being packed: deploy again when nothing writes to the source.'
        : 'Make it readable, or leave it out with a line in .belayignore.';
    throw new PackError(`${root}: cannot read ${JSON.stringify(path)} (${code}). ${advice}`, {
      cause: error,
    });
  };
}
