import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { beforeAll, expect, test, vi } from 'vitest';
import { isAlive } from '../../src/temporal/process-id.js';
import { readRecord, stateFolder } from '../../src/temporal/state.js';
import type { WorkerProcess } from '../../src/temporal/worker/process.js';
import { readyWorkers } from '../../src/temporal/worker/ready.js';
import { ownStateFolder } from './home.js';

ownStateFolder();

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = join(root, 'dist/cli/main.js');
const belay = (...args: string[]) =>
  execa(process.execPath, [main, ...args], { reject: false, timeout: 100_000 });

// Hardly any time where nothing changed.
beforeAll(() => void execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' }));

test('up, up again, doctor, down, down again', async () => {
  const began = performance.now();
  const first = await belay('up');
  console.log(`belay up from cold: ${((performance.now() - began) / 1000).toFixed(2)} s`);
  expect(first.exitCode, first.stderr).toBe(0);
  expect(first.stdout).toMatch(/^Temporal +127\.0\.0\.1:\d+ {2}pid \d+, started now$/m);
  expect(first.stdout).toMatch(/^Web UI +http:\/\/127\.0\.0\.1:\d+$/m);
  expect(first.stdout).toMatch(/^Worker +pid \d+, started now$/m);
  expect(first.stdout).toContain(stateFolder());
  const worker = readRecord(join(stateFolder(), 'worker.json')) as WorkerProcess;
  console.log(`worker at rest: ${residentMb(worker.pid)} MB`);

  const second = await belay('up', '--json');
  expect(JSON.parse(second.stdout)).toMatchObject({
    temporal: { embedded: true, startedNow: false },
    worker: { pid: worker.pid, startedNow: false },
    state: stateFolder(),
  });

  const doctor = await belay('doctor', '--json');
  const { checks } = JSON.parse(doctor.stdout) as {
    checks: { id: string; status: string; message: string }[];
  };
  expect(checks.find(({ id }) => id === 'temporal.server')?.message).toMatch(/^Temporal runs at 127/);
  expect(checks.find(({ id }) => id === 'worker')?.message).toContain(`belay-worker/${worker.pid}@`);
  expect(checks.filter(({ status }) => status === 'missing')).toEqual([]);
  expect(doctor.exitCode).toBe(0);

  const down = await belay('down');
  expect(down.stdout).toMatch(/^ended the worker \(pid \d+\)\nended Temporal at .*; its database stays: /);
  expect(isAlive(worker)).toBe(false);
  expect(await belay('down')).toMatchObject({
    exitCode: 0,
    stdout: `nothing of belay's runs here (${stateFolder()})`,
  });
});

test('a worker in the foreground polls until it is told to end, also beside the one in the background', async () => {
  expect((await belay('up')).exitCode).toBe(0);
  const foreground = spawn(process.execPath, [main, 'worker'], { stdio: 'ignore' });
  try {
    await expect
      .poll(() => readyWorkers().map(({ pid }) => pid), { timeout: 30_000 })
      .toContain(foreground.pid);
    expect(readyWorkers()).toHaveLength(2);
  } finally {
    foreground.kill('SIGTERM');
  }
  const [code] = (await once(foreground, 'exit')) as [number];
  expect(code).toBe(0);
  expect(readyWorkers()).toHaveLength(1);
});

test('a log that cannot be written ends no worker, and what it could not say leaves nothing behind', async () => {
  expect((await belay('up')).exitCode).toBe(0);
  const full = openSync('/dev/full', 'w');
  const worker = spawn(process.execPath, [main, 'worker'], { stdio: ['ignore', full, full] });
  try {
    await expect.poll(() => readyWorkers().map(({ pid }) => pid), { timeout: 60_000 }).toContain(worker.pid);
    expect(worker.exitCode).toBeNull();
  } finally {
    worker.kill('SIGTERM');
    closeSync(full);
  }
  expect(await once(worker, 'exit')).toEqual([0, null]);
});

test('where the environment names a service, up starts only a worker for it, and one that is away is an error', async () => {
  vi.stubEnv('TEMPORAL_ADDRESS', '127.0.0.1:1');
  const { exitCode, stderr } = await belay('up');
  expect(exitCode).toBe(1);
  expect(stderr).toContain('the worker ended while starting');
  expect(stderr).toContain('Temporal at 127.0.0.1:1 (from TEMPORAL_ADDRESS=127.0.0.1:1) does not answer');
  expect(readRecord(join(stateFolder(), 'temporal.json'))).toBeUndefined();
});

test('help loads neither gRPC nor the workers’ native part', async () => {
  const noted = join(stateFolder(), 'loaded');
  const hook = join(stateFolder(), 'hook.cjs');
  const tell = `process.moduleLoadList.concat(Object.keys(require.cache)).join('\\n')`;
  await writeFile(
    hook,
    `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(noted)}, ${tell}));`,
  );
  const loadedBy = async (...args: string[]) => {
    const { stdout } = await execa(process.execPath, ['--require', hook, main, ...args]);
    return { stdout, loaded: await readFile(noted, 'utf8') };
  };
  // gRPC speaks HTTP/2, and nothing else of belay's does.
  const http2 = /NativeModule http2$/m;
  const help = await loadedBy('--help');
  expect(help.stdout).toContain('deploy');
  expect(help.loaded).not.toMatch(http2);
  expect(help.loaded).not.toMatch(/node_modules\/|\.node$/m);
  expect((await loadedBy('list')).loaded).toMatch(http2);
});

/** Resident memory (proc_pid_status(5)). */
function residentMb(pid: number): number {
  const [, kB] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kB) / 1024);
}
