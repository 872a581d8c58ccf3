import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { identify, isAlive } from '../../src/temporal/process-id.js';

test('a process is known by its pid and its start', () => {
  const me = identify(process.pid);
  expect(me?.pid).toBe(process.pid);
  expect(me && isAlive(me)).toBe(true);
  // The pid was given to another process since.
  expect(isAlive({ pid: process.pid, started: 'earlier' })).toBe(false);
});

test('a process that has ended is none', async () => {
  const child = spawn('sleep', ['60']);
  const identity = identify(child.pid ?? 0);
  expect(identity).toBeDefined();
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(identity && isAlive(identity)).toBe(false);
});
