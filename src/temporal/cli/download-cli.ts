import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Extract } from 'tar-stream';
import { cliArchive, cliVersion, type CliArchive } from './release.js';
import { download } from './download.js';
import { withLock } from '../server/lock.js';
import { makePrivate } from '../state.js';

/** Several times what the archives of releases have, 40 MB. */
const limitBytes = 200 * 1024 * 1024;
const waitMs = 660_000;

/**
 * Downloads the Temporal CLI's pinned release for this machine to `path`, which appears whole, with the digest that is
 * known, or not at all. What an interrupted download brought lies beside it until the next one.
 * @throws where the digest for this machine is not known or another comes, the download fails (download.ts), or the
 *   archive holds no `temporal`.
 */
export async function downloadCli(
  path: string,
  archive: CliArchive = cliArchive(),
  limit = limitBytes,
): Promise<void> {
  const folder = await makePrivate(dirname(path));
  let waited = false;
  await withLock(
    folder,
    'download',
    async () => {
      // Whoever was waited for has brought it.
      if (!(waited && existsSync(path))) await downloadAlone(path, archive, limit);
    },
    { deadlineMs: waitMs, onWait: () => (waited = true) },
  );
}

async function downloadAlone(path: string, { url, sha256 }: CliArchive, limit: number): Promise<void> {
  const part = `${path}-${cliVersion}.tar.gz.part`;
  await download({ url, sha256, limitBytes: limit }, part);
  const draft = await mkdtemp(join(dirname(path), 'download-'));
  try {
    await unpack(part, join(draft, 'temporal'));
    await rename(join(draft, 'temporal'), path);
  } finally {
    await rm(draft, { recursive: true, force: true });
    await rm(part, { force: true });
  }
}

/** The official archive, a gzipped tar with the file `temporal`. */
async function unpack(packed: string, to: string): Promise<void> {
  const archive = extract();
  const unpacking = pipeline(createReadStream(packed), createGunzip(), archive);
  const [found] = await Promise.all([takeOut(archive, to), unpacking]);
  if (!found) throw new Error('the archive holds no file “temporal”');
}

async function takeOut(archive: Extract, to: string): Promise<boolean> {
  let found = false;
  for await (const entry of archive) {
    if (entry.header.type === 'file' && /^(?:\.\/)?temporal$/.test(entry.header.name)) {
      await pipeline(entry, createWriteStream(to, { mode: 0o755 }));
      found = true;
    } else entry.resume();
  }
  return found;
}
