import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { downloadCli } from '../../src/temporal/download-cli.js';
import { findCli, locateCli } from '../../src/temporal/find-cli.js';
import { goThatBuilds } from '../../src/temporal/go-install-cli.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belay-'));
  vi.stubEnv('BELAY_TEMPORAL_CLI', undefined);
  vi.stubEnv('BELAY_CACHE_DIR', join(folder, 'cache'));
  vi.stubEnv('PATH', join(folder, 'path'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  await rm(folder, { recursive: true });
});

test('the variable comes before PATH, and PATH before the cache', async () => {
  expect(await locateCli()).toBeUndefined();
  await program('cache/bin/temporal', 'echo temporal version 1');
  expect(await locateCli()).toMatchObject({ how: 'cache', version: 'temporal version 1' });
  await program('path/temporal', 'echo temporal version 2');
  expect(await locateCli()).toMatchObject({ how: 'PATH', path: join(folder, 'path/temporal') });
  await program('own', 'echo temporal version 3');
  vi.stubEnv('BELAY_TEMPORAL_CLI', join(folder, 'own'));
  expect(await locateCli()).toMatchObject({ how: 'BELAY_TEMPORAL_CLI', version: 'temporal version 3' });
});

test('one that does not run is passed over and said, but not where the variable asks for it', async () => {
  await program('path/temporal', 'echo wrong library >&2; exit 1');
  await program('cache/bin/temporal', 'echo temporal version 1');
  const said: string[] = [];
  expect(await locateCli((line) => said.push(line))).toMatchObject({ how: 'cache' });
  expect(said.join()).toMatch(/path\/temporal does not run, looking further: .*wrong library/);
  vi.stubEnv('BELAY_TEMPORAL_CLI', join(folder, 'path/temporal'));
  await expect(locateCli()).rejects.toThrow(/BELAY_TEMPORAL_CLI names .*wrong library.*unset it/);
  await program('path/temporal', 'echo I am another program');
  await expect(locateCli()).rejects.toThrow('“I am another program”');
});

test('a download brings the file out of the official kind of archive', async () => {
  const served = await archive({ LICENSE: 'MIT', temporal: '#!/bin/sh\necho temporal version 9\n' });
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end(served);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const to = join(folder, 'cache/bin/temporal');
    await downloadCli(to, `http://127.0.0.1:${(server.address() as AddressInfo).port}/latest`);
    expect((await stat(to)).mode & 0o777).toBe(0o755);
    expect(await readFile(to, 'utf8')).toContain('version 9');
    expect(asked[0]).toBe(
      `/latest?platform=${process.platform}&arch=${process.arch === 'x64' ? 'amd64' : process.arch}`,
    );
    expect(await locateCli()).toMatchObject({ how: 'cache', version: 'temporal version 9' });
  } finally {
    server.close();
  }
});

test('an archive without the file, or an answer that is none, leaves nothing behind', async () => {
  const served = await archive({ README: 'nothing here' });
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/gone')) response.statusCode = 404;
    response.end(served);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const to = join(folder, 'cache/bin/temporal');
    await expect(downloadCli(to, `${base}/latest`)).rejects.toThrow('the archive holds no file “temporal”');
    await expect(downloadCli(to, `${base}/gone`)).rejects.toThrow('answered 404');
    await expect(stat(to)).rejects.toThrow('ENOENT');
  } finally {
    server.close();
  }
});

test('where nothing can be downloaded, Go builds it into the cache', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')));
  await program(
    'path/go',
    `case $1 in
      version) echo go version go1.26.0 linux/amd64 ;;
      install) printf '#!/bin/sh\\necho temporal version built\\n' >"$GOBIN/temporal"; /bin/chmod +x "$GOBIN/temporal"; echo "$@" >${folder}/asked ;;
    esac`,
  );
  const said: string[] = [];
  expect(await findCli((line) => said.push(line))).toMatchObject({
    how: 'go install',
    path: join(folder, 'cache/bin/temporal'),
    version: 'temporal version built',
  });
  expect(await readFile(join(folder, 'asked'), 'utf8')).toBe(
    'install -ldflags -s -w github.com/temporalio/cli/cmd/temporal@v1.5.1\n',
  );
  expect(said.join('\n')).toMatch(
    /downloading it into .*\nthe download failed: fetch failed \(\d s\)\nbuilding it with .*go/,
  );
});

test('where every way fails the error names each, and why', async () => {
  vi.stubGlobal('fetch', () =>
    Promise.reject(new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND') })),
  );
  await program('path/go', 'echo go version go1.21.3 linux/amd64');
  const error: unknown = await findCli(() => undefined).catch((thrown: unknown) => thrown);
  expect(String(error)).toContain('the download failed: fetch failed (getaddrinfo ENOTFOUND)');
  expect(String(error)).toMatch(/Go 1.25 or later is needed, .*go1.21.3/);
  for (const way of ['PATH', 'BELAY_TEMPORAL_CLI', 'temporal.download', 'Go 1.25', 'TEMPORAL_ADDRESS']) {
    expect(String(error)).toContain(way);
  }
});

test('a Go that is too old, or none, is no Go', async () => {
  await expect(goThatBuilds()).rejects.toThrow('no Go on PATH');
  await program('path/go', 'echo go version go1.24.9 linux/amd64');
  await expect(goThatBuilds()).rejects.toThrow('1.25');
  await program('path/go', 'echo go version go1.25.0 linux/amd64');
  expect(await goThatBuilds()).toBe(join(folder, 'path/go'));
});

async function program(path: string, script: string): Promise<void> {
  await mkdir(join(folder, path, '..'), { recursive: true });
  await writeFile(join(folder, path), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

async function archive(files: Record<string, string>): Promise<Buffer> {
  const packed = pack();
  for (const [name, content] of Object.entries(files)) packed.entry({ name, mode: 0o755 }, content);
  packed.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of packed) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}
