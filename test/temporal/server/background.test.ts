import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { boundLog, end, launch } from '../../../src/temporal/server/background.js';
import { isAlive } from '../../../src/temporal/process-id.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'belay-'))));
afterEach(() => rm(folder, { recursive: true }));

const sh = (script: string) =>
  launch({
    command: '/bin/sh',
    args: ['-c', script],
    cwd: folder,
    env: process.env,
    log: join(folder, 'logs', 'x.log'),
  });

test('what is launched writes to its log, readable for the owner only, and ends by SIGTERM', async () => {
  const identity = await sh('echo out; echo err >&2; exec sleep 60');
  await expect.poll(() => readFile(join(folder, 'logs', 'x.log'), 'utf8')).toBe('out\nerr\n');
  expect((await stat(join(folder, 'logs', 'x.log'))).mode & 0o777).toBe(0o600);
  expect(await end(identity, 5000)).toBe(true);
  expect(isAlive(identity)).toBe(false);
  expect(await end(identity, 5000)).toBe(false);
});

test('what ignores SIGTERM is killed after its grace', async () => {
  const identity = await sh('trap "" TERM; echo ready; while :; do sleep 0.1; done');
  await expect.poll(() => readFile(join(folder, 'logs', 'x.log'), 'utf8')).toBe('ready\n');
  expect(await end(identity, 300)).toBe(true);
});

test('what cannot be executed is an error that names it', async () => {
  const launched = launch({
    command: '/no/such',
    args: [],
    cwd: folder,
    env: {},
    log: join(folder, 'x.log'),
  });
  await expect(launched).rejects.toThrow(/^\/no\/such cannot be started: .*ENOENT/);
});

test('a log over 10 MB is set aside once, and whoever has it open writes on', async () => {
  const log = join(folder, 'logs', 'x.log');
  const identity = await sh('echo first; while [ ! -e go ]; do sleep 0.05; done; echo later; exec sleep 60');
  await expect.poll(() => readFile(log, 'utf8')).toBe('first\n');
  await writeFile(log, 'x'.repeat(10 * 1024 * 1024), { flag: 'a' });
  await boundLog(log);
  expect((await stat(log)).size).toBe(0);
  expect((await stat(`${log}.1`)).size).toBeGreaterThan(10 * 1024 * 1024);
  await writeFile(join(folder, 'go'), '');
  await expect.poll(() => readFile(log, 'utf8')).toBe('later\n');
  await boundLog(log);
  expect(await readFile(log, 'utf8')).toBe('later\n');
  await end(identity, 5000);
});

test('a log that cannot be set aside, as on a full disk, is bounded all the same', async () => {
  const log = join(folder, 'x.log');
  await mkdir(join(`${log}.1`, 'in the way'), { recursive: true });
  await writeFile(log, 'x'.repeat(10 * 1024 * 1024 + 1));
  await boundLog(log);
  expect((await stat(log)).size).toBe(0);
});
