import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DoorHost } from './door-host.js';
import { fill } from './fill.js';
import { stateOf } from './state.js';

// Many processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

vi.mock('../../src/host/scripts.js', () => import('./op-texts.js'));

let host: DoorHost;
let disk: string;
beforeEach(() => {
  host = new DoorHost();
  disk = stateOf(host.path);
  mkdirSync(disk, { recursive: true, mode: 0o700 });
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=400k,mode=700', 'tmpfs', disk]);
});
afterEach(() => {
  // Lazily: the last runner may be about to exit.
  execFileSync('umount', ['-l', disk]);
  rmSync(`/run/belay${disk}`, { recursive: true, force: true });
  host.remove();
});

test.skipIf(process.getuid?.() !== 0)(
  'a full disk stops a step forward, and does not keep an undo from running once',
  async () => {
    await host.draw();
    await host.op('true', { op: 'before' });
    fill(disk);
    await expect(host.op('echo x >>"$1/count"')).rejects.toMatchObject({
      type: 'RightsMissing',
      message: expect.stringMatching(
        /was not begun: .* cannot be written; df says tmpfs +400 +400 +0 +100%/,
      ) as string,
    });
    expect(await host.draw({ takeBack: true })).toBe(2);
    expect(await host.draw({ takeBack: true })).toBe(3);
    const undo = { number: 3, op: 'undo', rerun: 'failed' } as const;
    const text = 'echo x >>"$1/count"; cat; echo put back';
    expect(await host.op(text, { ...undo, input: 'in ' })).toEqual({
      exit: 0,
      output: 'in put back\n',
      how: 'ran',
    });
    expect(await host.op(text, undo)).toEqual({ exit: 0, output: 'in put back\n', how: 'found' });
    expect(host.read('count')).toBe('x\n');
    // A number that was outranked is refused there too.
    await expect(host.op(text, { ...undo, number: 2 })).rejects.toMatchObject({ type: 'Fenced' });
  },
);

test.skipIf(process.getuid?.() !== 0)(
  'a file that a full disk has no room for is as it was, and nothing is left of the attempt',
  () => {
    const common = new URL('../../src/host/scripts/lib/common.sh', import.meta.url).pathname;
    const text = 'b'.repeat(20_000);
    const write = () =>
      spawnSync('sh', ['-c', '. "$1"; whole "$2" 640', 'sh', common, join(disk, 'unit')], {
        input: text,
        encoding: 'utf8',
      });
    writeFileSync(join(disk, 'unit'), 'a');
    fill(disk);
    expect(write()).toMatchObject({ status: 1, stderr: expect.stringContaining('No space left') as string });
    expect(readFileSync(join(disk, 'unit'), 'utf8')).toBe('a');
    expect(readdirSync(disk).filter((name) => name.startsWith('unit'))).toEqual(['unit']);

    rmSync(join(disk, 'filler'));
    expect(write()).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(join(disk, 'unit'), 'utf8')).toBe(text);
    expect(readdirSync(disk).filter((name) => name.startsWith('unit'))).toEqual(['unit']);
  },
);
