import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { mayLive, storeMarkOf, workerIdentity } from '../../src/temporal/worker-ready.js';

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
