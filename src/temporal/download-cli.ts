import { createWriteStream } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Extract } from 'tar-stream';
import { makePrivate } from './state.js';

/** The official archive, a gzipped tar with the file `temporal`: https://docs.temporal.io/cli/setup-cli */
const official = 'https://temporal.download/cli/archive/latest';
const answerMs = 10_000;
const wholeMs = 300_000;

/**
 * Downloads the Temporal CLI for this machine to `path`, which appears whole or not at all.
 * @throws where nothing answers within 10 s, the download takes more than 5 minutes, or holds no `temporal`.
 */
export async function downloadCli(path: string, from = official): Promise<void> {
  const folder = await makePrivate(dirname(path));
  const draft = await mkdtemp(join(folder, 'download-'));
  try {
    await unpack(
      await archive(`${from}?platform=${process.platform}&arch=${architecture()}`),
      join(draft, 'temporal'),
    );
    await rename(join(draft, 'temporal'), path);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function archive(url: string): Promise<Readable> {
  const control = new AbortController();
  const abort = (ms: number, what: string) =>
    setTimeout(() => control.abort(new Error(`${what} ${url} in ${ms / 1000} s`)), ms);
  const silence = abort(answerMs, 'no answer from');
  abort(wholeMs, 'not done with').unref();
  const answer = await fetch(url, { signal: control.signal }).finally(() => clearTimeout(silence));
  if (!answer.ok || !answer.body) throw new Error(`${url} answered ${answer.status}`);
  return Readable.fromWeb(answer.body);
}

async function unpack(packed: Readable, to: string): Promise<void> {
  const archive = extract();
  const unpacking = pipeline(packed, createGunzip(), archive);
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

function architecture(): string {
  return process.arch === 'x64' ? 'amd64' : process.arch;
}
