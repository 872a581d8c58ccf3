import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { layVersion } from '../../src/sandbox/index.js';

const run = promisify(execFile);
// One of several on a machine may have Flask: Debian's own, where the package python3-flask is installed.
const python = await firstWithFlask(['python3', '/usr/bin/python3']);
const hasFlask = python !== undefined;
if (!hasFlask) console.warn('skipped: these tests need Python with Flask (apt-get install python3-flask)');

async function firstWithFlask(candidates: string[]): Promise<string | undefined> {
  for (const each of candidates) if (await succeeds(each, ['-c', 'import flask'])) return each;
  return undefined;
}

async function succeeds(file: string, args: string[], cwd?: string): Promise<boolean> {
  return run(file, args, { cwd, env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } }).then(
    () => true,
    () => false,
  );
}

/** Runs a check in a folder that holds a version of the example. */
async function inVersion<T>(overlays: string[], check: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'belay-words-'));
  try {
    await layVersion(folder, overlays);
    return await check(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const inPython = (args: string[], folder: string) => succeeds(python ?? '', args, folder);
const passes = (folder: string) => inPython(['-m', 'unittest', '--quiet'], folder);
const compiles = (folder: string) => inPython(['-m', 'compileall', '-q', '.'], folder);
const imports = (folder: string) => inPython(['-c', 'import app'], folder);
const answers = (path: string) => (folder: string) =>
  inPython(['-c', `from app import app; app.test_client().get("${path}").status_code == 200 or exit(1)`], folder);

test.skipIf(!hasFlask)('the new version passes its own tests', { timeout: 30_000 }, async () => {
  expect(await inVersion([], passes)).toBe(true);
});

test.skipIf(!hasFlask)('the old version serves, and names itself', { timeout: 30_000 }, async () => {
  expect(await inVersion(['old'], answers('/tools/word-counter'))).toBe(true);
  const code = 'from app import app; print(app.test_client().get("/").headers["X-Words-Version"])';
  const version = await inVersion(['old'], async (cwd) => (await run(python ?? '', ['-c', code], { cwd })).stdout);
  expect(version).toBe('1\n');
});

test.skipIf(!hasFlask)('each fault shows itself where it should, and not before', { timeout: 60_000 }, async () => {
  const at = (fault: string, check: (folder: string) => Promise<boolean>) => inVersion([`faults/${fault}`], check);
  expect(await at('missing-brace', compiles)).toBe(false);
  expect(await at('elif-after-else', compiles)).toBe(true);
  expect(await at('elif-after-else', answers('/'))).toBe(true);
  expect(await at('elif-after-else', answers('/tools/word-counter'))).toBe(false);
  expect(await at('wrong-port', passes)).toBe(true);
  expect(await at('start-fails', compiles)).toBe(true);
  expect(await at('start-fails', imports)).toBe(false);
  expect(await at('page-500', imports)).toBe(true);
  expect(await at('page-500', answers('/'))).toBe(true);
  expect(await at('page-500', answers('/tools/word-counter'))).toBe(false);
});
