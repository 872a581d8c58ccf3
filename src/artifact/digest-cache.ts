import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { sha256 } from './digest.js';
import type { Found } from './walk.js';

/** The digests of a source's files as they were last packed: what was not written to since need not be read again. */
export interface DigestCache {
  /** undefined where the file may have changed since. */
  find(file: Found): string | undefined;
  note(file: Found, digest: string): void;
  /** Keeps what was found and noted, and nothing else. */
  save(): Promise<void>;
}

const newestKept = 20;
const schema = z.record(z.string(), z.tuple([z.string(), z.string()]));

/**
 * The cache of one source. A file of it that is missing, or is not what was written, is an empty cache.
 * @param folder of the caches of all sources, the 20 that were written last. @param source absolute.
 */
export async function digestCache(folder: string, source: string): Promise<DigestCache> {
  const file = join(folder, sha256(source));
  const before = await read(file);
  const now = new Map<string, [stamp: string, digest: string]>();
  let isNew = false;
  return {
    find({ path, stamp }) {
      const known = before.get(path);
      if (known === undefined || known[0] !== stamp) return undefined;
      now.set(path, known);
      return known[1];
    },
    note({ path, stamp }, digest) {
      if (stamp === undefined) return;
      now.set(path, [stamp, digest]);
      isNew = true;
    },
    async save() {
      if (isNew || now.size !== before.size) await write(file, JSON.stringify(Object.fromEntries(now)));
    },
  };
}

async function read(file: string): Promise<Map<string, [string, string]>> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const end = text.indexOf('\n');
  const content = text.slice(end + 1);
  if (end === -1 || text.slice(0, end) !== sha256(content)) return new Map();
  const parsed = schema.safeParse(JSON.parse(content));
  return new Map(parsed.success ? Object.entries(parsed.data) : []);
}

async function write(file: string, content: string): Promise<void> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const part = `${file}.${randomUUID()}`;
  await writeFile(part, `${sha256(content)}\n${content}`, { mode: 0o600 });
  await rename(part, file);
  const all = await Promise.all((await readdir(folder)).map((name) => aged(join(folder, name))));
  const oldest = all.sort((a, b) => b.at - a.at).slice(newestKept);
  await Promise.all(oldest.map(({ path }) => rm(path, { force: true })));
}

async function aged(path: string): Promise<{ path: string; at: number }> {
  return { path, at: (await stat(path).catch(() => null))?.mtimeMs ?? 0 };
}
