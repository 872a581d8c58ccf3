import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withLock } from '../../../src/temporal/server/lock.js';
import { identify } from '../../../src/temporal/process-id.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'belay-'))));
afterEach(() => rm(folder, { recursive: true }));

test('actions under one lock never overlap, and it is let go also by one that fails', async () => {
  let inside = 0;
  let most = 0;
  const action = async () => {
    most = Math.max(most, ++inside);
    await sleep(5);
    inside--;
    throw new Error('failed');
  };
  const all = Array.from({ length: 8 }, () => withLock(folder, 'x', action, { deadlineMs: 20_000 }));
  for (const result of await Promise.allSettled(all)) expect(result.status).toBe('rejected');
  expect(most).toBe(1);
  expect(await readdir(folder)).toEqual([]);
});

test('one that a killed process left behind blocks nobody', async () => {
  await writeFile(join(folder, 'x.lock.4194999.another-boot-1'), '');
  await writeFile(join(folder, `x.lock.${process.ppid}.another-boot-1`), '');
  expect(await withLock(folder, 'x', () => Promise.resolve('done'), { deadlineMs: 1000 })).toBe('done');
});

test('one that a living process holds is an error in the end, which names that process', async () => {
  const started = identify(process.ppid)?.started.replace(/\W+/g, '-') ?? '';
  await writeFile(join(folder, `x.lock.${process.ppid}.${started}`), '');
  const waited: number[] = [];
  const held = withLock(folder, 'x', () => Promise.resolve(), {
    deadlineMs: 200,
    onWait: (pid) => waited.push(pid),
  });
  await expect(held).rejects.toThrow(`another belay (pid ${process.ppid})`);
  expect(waited).toEqual([process.ppid]);
});
