import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cliArchive, cliVersion } from '../../../src/temporal/cli/release.js';
import { downloadCli } from '../../../src/temporal/cli/download-cli.js';
import { findCli } from '../../../src/temporal/cli/find.js';
import { goTarget } from '../../../src/temporal/cli/go-install.js';
import { temporaryFolder } from '../../temporary.js';
import { closed } from '../../closed.js';

let to: string;
let asked: (string | undefined)[];
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  to = join(await temporaryFolder(), 'bin/temporal');
  asked = [];
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(closing.splice(0).map((close) => close()));
});

const program = '#!/bin/sh\necho temporal version 9\n';
/** Noise, so that the archive is some 600 kB. */
const good = await archive({ LICENSE: randomBytes(600_000), temporal: Buffer.from(program) });

test('the pinned archive is unpacked where its digest is right', async () => {
  const from = await serving((_, response) => response.end(good));
  await downloadCli(to, from);
  expect((await stat(to)).mode & 0o777).toBe(0o755);
  expect(await readFile(to, 'utf8')).toBe(program);
  expect(await beside()).toEqual(['temporal']);
});

test('another file than the pinned one is refused, whatever it is, and nothing of it is kept or run', async () => {
  const evil = await archive({ temporal: Buffer.from('#!/bin/sh\ntouch /tmp/owned\n') });
  for (const body of [evil, Buffer.concat([good, Buffer.from('x')]), good.subarray(0, -1), Buffer.alloc(0)]) {
    const from = await serving((_, response) => response.end(body));
    await expect(downloadCli(to, from)).rejects.toThrow(/SHA-256 \S+ expected, \S+ came \(\d+ bytes/);
    expect(await beside()).toEqual([]);
  }
});

test('what a server calls its answer decides nothing: a login page is told by its digest, the file is taken', async () => {
  const page = await serving((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Please log in</h1>'),
  );
  await expect(downloadCli(to, page)).rejects.toThrow('(22 bytes, text/html)');
  expect(await beside()).toEqual([]);
  const odd = await serving((_, response) =>
    response.writeHead(200, { 'content-type': 'no/such; "thing' }).end(good),
  );
  await downloadCli(to, odd);
  expect(await readFile(to, 'utf8')).toBe(program);
});

test('more than the limit is cut, said beforehand or not, and nothing is kept', async () => {
  const said = await serving((_, response) => response.end(good));
  await expect(downloadCli(to, said, 1000)).rejects.toThrow('more than 1000 bytes');
  let sent = 0;
  const endless = await serving((_, response) => {
    response.on('error', () => undefined);
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(64_000))) sent += 64_000;
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  });
  await expect(downloadCli(to, endless, 1_000_000)).rejects.toThrow('more than 1000000 bytes');
  expect(sent).toBeLessThan(50_000_000);
  expect(await beside()).toEqual([]);
});

test('an interrupted download goes on where it was, by Range', async () => {
  const from = await serving((request, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (start > 0)
      response.writeHead(206, { 'content-range': `bytes ${start}-${good.length - 1}/${good.length}` });
    // Cut twice, then whole.
    if (asked.length > 2) response.end(good.subarray(start));
    else response.write(good.subarray(start, start + 200_000), () => response.destroy());
  });
  await downloadCli(to, from);
  expect(await readFile(to, 'utf8')).toBe(program);
  expect(asked[0]).toBeUndefined();
  expect(asked.slice(1).every((range) => /^bytes=\d+-$/.test(range ?? ''))).toBe(true);
  expect(asked).toHaveLength(3);
});

test('what is left of an interrupted download is kept for the next call, and checked as a whole', async () => {
  let online = false;
  const from = await serving((request, response) => {
    if (!online) {
      if (asked.length > 1) return void response.destroy();
      return void response.write(good.subarray(0, 100_000), () => response.destroy());
    }
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1]);
    response.writeHead(206, { 'content-range': `bytes ${start}-${good.length - 1}/${good.length}` });
    response.end(good.subarray(start));
  });
  await expect(downloadCli(to, from)).rejects.toThrow(
    /\d+ bytes are kept, and the next attempt goes on there/,
  );
  const [part = ''] = await beside();
  online = true;

  // Whoever could write there in the meantime cannot slip anything in.
  const kept = await readFile(join(dirname(to), part));
  await writeFile(join(dirname(to), part), Buffer.alloc(kept.length, 1));
  await expect(downloadCli(to, from)).rejects.toThrow('SHA-256');
  expect(await beside()).toEqual([]);

  await writeFile(join(dirname(to), part), kept);
  await downloadCli(to, from);
  expect(asked.at(-1)).toBe(`bytes=${kept.length}-`);
  expect(await beside()).toEqual(['temporal']);
});

test('a server that knows no Range, or answers another one, or finds nothing left, brings no mixture', async () => {
  const part = `${to}-${cliVersion}.tar.gz.part`;
  const ignoring = await serving((_, response) => response.end(good));
  await downloadCli(to, ignoring);
  await writeFile(part, good.subarray(0, 1000));
  await downloadCli(to, ignoring);
  expect(asked.at(-1)).toBe('bytes=1000-');
  expect(await readFile(to, 'utf8')).toBe(program);

  const other = await serving((_, response) => {
    response.writeHead(206, { 'content-range': `bytes 7-${good.length - 1}/${good.length}` });
    response.end(good.subarray(7));
  });
  await writeFile(part, good.subarray(0, 1000));
  await expect(downloadCli(to, other)).rejects.toThrow('another range than was asked for');

  const nothingLeft = await serving((_, response) => response.writeHead(416).end());
  await writeFile(part, good);
  await downloadCli(to, nothingLeft);
  expect(await beside()).toEqual(['temporal']);
});

test('an archive without the file, or an answer that is none, leaves nothing behind', async () => {
  const without = await archive({ README: Buffer.from('nothing here') });
  const from = await serving((_, response) => response.end(without), without);
  await expect(downloadCli(to, from)).rejects.toThrow('the archive holds no file “temporal”');
  const gone = await serving((_, response) => response.writeHead(404).end());
  await expect(downloadCli(to, gone)).rejects.toThrow('answered 404');
  expect(await beside()).toEqual([]);
});

test('two that download at once fetch it once', async () => {
  const from = await serving((_, response) => void setTimeout(() => response.end(good), 200));
  await Promise.all([downloadCli(to, from), downloadCli(to, from)]);
  expect(asked).toHaveLength(1);
  expect(await beside()).toEqual(['temporal']);
});

test('each kind of machine has its own archive of one version, which go install brings too', () => {
  const kinds = ['linux', 'darwin'].flatMap((platform) =>
    ['x64', 'arm64'].map((arch) => [platform, arch] as const),
  );
  const archives = kinds.map(([platform, arch]) => cliArchive(platform, arch));
  expect(new Set(archives.map(({ sha256 }) => sha256)).size).toBe(4);
  for (const { url, sha256 } of archives) {
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(url).toMatch(
      new RegExp(`^https://.*/v${cliVersion}/temporal_cli_${cliVersion}_[a-z]+_(amd64|arm64)\\.tar\\.gz$`),
    );
  }
  expect(goTarget).toMatch(new RegExp(`@v${cliVersion}$`));
});

test('where the digest is not known nothing is downloaded, and the other ways are named', async () => {
  expect(() => cliArchive('linux', 's390x')).toThrow('no digest of the Temporal CLI 1.5.1 for linux-s390x');
  vi.stubEnv('BELAY_TEMPORAL_CLI', undefined);
  vi.stubEnv('BELAY_CACHE_DIR', dirname(to));
  vi.stubEnv('PATH', dirname(to));
  const { arch } = process;
  Object.defineProperty(process, 'arch', { value: 's390x' });
  const fetching = vi.spyOn(globalThis, 'fetch');
  try {
    await expect(findCli(() => undefined)).rejects.toThrow(
      /no digest of the Temporal CLI .*; building it failed: no Go on PATH.*BELAY_TEMPORAL_CLI/,
    );
    expect(fetching).not.toHaveBeenCalled();
  } finally {
    Object.defineProperty(process, 'arch', { value: arch });
  }
});

/** @param whole whose digest is the pinned one */
async function serving(answer: RequestListener, whole = good): Promise<{ url: string; sha256: string }> {
  const server = createServer((request, response) => {
    asked.push(request.headers.range);
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => closed(server));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/temporal.tar.gz`,
    sha256: createHash('sha256').update(whole).digest('hex'),
  };
}

async function beside(): Promise<string[]> {
  return readdir(dirname(to));
}

async function archive(files: Record<string, Buffer>): Promise<Buffer> {
  const packed = pack();
  for (const [name, content] of Object.entries(files)) packed.entry({ name, mode: 0o755 }, content);
  packed.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of packed) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}
