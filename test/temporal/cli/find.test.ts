import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findCli, locateCli } from '../../../src/temporal/cli/find.js';
import { goThatBuilds } from '../../../src/temporal/cli/go-install.js';

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
    /downloading version 1.5.1 into .*\nthe download failed: fetch failed \(\d s\)\nbuilding it with .*go/,
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
  for (const way of ['PATH', 'BELAY_TEMPORAL_CLI', 'github.com', 'Go 1.25', 'TEMPORAL_ADDRESS']) {
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
