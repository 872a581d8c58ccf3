import { readFile, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { identify } from '../../../src/temporal/process-id.js';
import {
  mayLive,
  readyWorkers,
  storeMarkOf,
  workerIdentity,
  writeReady,
} from '../../../src/temporal/worker/ready.js';
import { temporaryFolder } from '../../temporary.js';

test('a worker’s name tells which store it reads, and whether it can still live', () => {
  const me = workerIdentity('d3e69266a907f48d');
  expect(me).toBe(`belay-worker/${process.pid}@${hostname()}/d3e69266a907f48d`);
  expect(storeMarkOf(me)).toBe('d3e69266a907f48d');
  expect(mayLive(me)).toBe(true);
  expect(mayLive(`belay-worker/4194999@${hostname()}/d3e69266a907f48d`)).toBe(false);
  // Of another machine's pids nothing is known here.
  expect(mayLive('belay-worker/4194999@elsewhere/d3e69266a907f48d')).toBe(true);
  expect(storeMarkOf('12@somebody-elses-worker')).toBeUndefined();
});

test('a worker that is seen again writes nothing: its record’s time is set, which a full disk allows', async () => {
  const folder = await temporaryFolder();
  vi.stubEnv('BELAY_STATE_DIR', folder);
  const me = identify(process.pid);
  if (!me) throw new Error('this process is not shown');
  const about = {
    ...me,
    identity: workerIdentity('d3e69266a907f48d'),
    address: 'a',
    namespace: 'n',
    artifacts: 'f',
  };
  await writeReady(about);
  const file = join(folder, 'workers', `${process.pid}.json`);
  const text = await readFile(file, 'utf8');
  const old = new Date(Date.now() - 120_000);
  await utimes(file, old, old);
  expect(readyWorkers()).toEqual([]);
  await writeReady(about);
  expect(readyWorkers().map(({ pid }) => pid)).toEqual([process.pid]);
  expect(await readFile(file, 'utf8')).toBe(text);
  vi.unstubAllEnvs();
});
