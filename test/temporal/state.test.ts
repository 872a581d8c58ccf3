import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  artifactsFolder,
  cacheFolder,
  readRecord,
  stateFolder,
  writeRecord,
} from '../../src/temporal/state.js';
import { temporaryFolder } from '../temporary.js';

beforeEach(() => {
  for (const name of [
    'BELAY_STATE_DIR',
    'BELAY_CACHE_DIR',
    'BELAY_ARTIFACTS',
    'XDG_STATE_HOME',
    'XDG_CACHE_HOME',
  ]) {
    vi.stubEnv(name, undefined);
  }
});
afterEach(() => vi.unstubAllEnvs());

test('without settings the folders lie in the home folder', () => {
  expect(stateFolder()).toBe(join(homedir(), '.local/state/belay'));
  expect(cacheFolder()).toBe(join(homedir(), '.cache/belay'));
  expect(artifactsFolder()).toBe(join(homedir(), '.local/state/belay/artifacts'));
});

test('XDG’s folders are used, relative ones ignored, and belay’s own variables come first', () => {
  vi.stubEnv('XDG_STATE_HOME', '/x/state');
  vi.stubEnv('XDG_CACHE_HOME', 'relative');
  expect(stateFolder()).toBe('/x/state/belay');
  expect(cacheFolder()).toBe(join(homedir(), '.cache/belay'));
  vi.stubEnv('BELAY_STATE_DIR', '/own');
  vi.stubEnv('BELAY_ARTIFACTS', '/store');
  expect(stateFolder()).toBe('/own');
  expect(artifactsFolder()).toBe('/store');
});

test('records are only the owner’s to read, and a damaged or absent one reads as none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'belay-'));
  try {
    const file = join(folder, 'inner', 'record.json');
    await writeRecord(file, { pid: 1 });
    expect(readRecord(file)).toEqual({ pid: 1 });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'inner'))).mode & 0o777).toBe(0o700);
    await writeFile(file, '{"pid":');
    expect(readRecord(file)).toBeUndefined();
    expect(readRecord(join(folder, 'none.json'))).toBeUndefined();
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a record that cannot be written leaves no draft behind', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'x.json/in-the-way'), { recursive: true });
  await expect(writeRecord(join(folder, 'x.json'), { some: 'thing' })).rejects.toThrow();
  expect(await readdir(folder)).toEqual(['x.json']);
});
