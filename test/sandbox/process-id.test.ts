import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { childrenOf, identify, isAlive } from '../../src/sandbox/process-id.js';

test.skipIf(process.platform !== 'linux')(
  'a process is itself until it ends, and a pid alone is no proof',
  async () => {
    const child = spawn('sleep', ['60']);
    await once(child, 'spawn');
    const identity = await identify(child.pid ?? 0);
    if (!identity) throw new Error('a running process has an identity');
    expect(await isAlive(identity)).toBe(true);
    expect(await isAlive({ ...identity, startTicks: identity.startTicks - 1 })).toBe(false);
    expect(await isAlive({ ...identity, bootId: 'another boot' })).toBe(false);
    expect(await childrenOf(process.pid)).toContain(child.pid);

    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await isAlive(identity)).toBe(false);
  },
);
