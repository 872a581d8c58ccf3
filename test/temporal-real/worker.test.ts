import { readFileSync } from 'node:fs';
import { appendFile, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { taskQueue } from '../../src/domain/runbook/messages.js';
import { connect } from '../../src/temporal/connect.js';
import { diagnose } from '../../src/temporal/diagnose.js';
import { startEmbedded } from '../../src/temporal/server/embedded.js';
import { isAlive } from '../../src/temporal/process-id.js';
import { artifactsFolder, stateFolder } from '../../src/temporal/state.js';
import { startWorker, stopWorker, workerProcess } from '../../src/temporal/worker/process.js';
import { readyWorkers } from '../../src/temporal/worker/ready.js';
import { ownStateFolder, said, say } from './home.js';

ownStateFolder();
beforeEach(() => vi.stubEnv('STUB_WORKFLOWS', here('stub-workflows.ts')));

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
let folder: string;
let entry: string;

beforeAll(async () => {
  // Where the packages that it leaves outside are found.
  folder = await mkdtemp(here('../../node_modules/.belay-stub-'));
  entry = join(folder, 'worker.mjs');
  await build({
    entryPoints: [here('stub-worker.ts')],
    outfile: entry,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a worker in the background carries work out, stays when asked for again, and ends when told', async () => {
  const { server } = await startEmbedded(say);
  const began = performance.now();
  const { worker, started } = await startWorker(
    { address: server.address, namespace: 'default' },
    say,
    entry,
  );
  console.log(
    `worker: ready after ${((performance.now() - began) / 1000).toFixed(2)} s, at rest ${residentMb(worker.pid)} MB`,
  );
  console.log(`server: at rest ${residentMb(server.pid)} MB`);
  expect(started).toBe(true);
  expect(readyWorkers().map(({ pid }) => pid)).toEqual([worker.pid]);

  expect(await runWorkflow('first')).toBe('done by the worker');
  const again = await startWorker({ address: server.address, namespace: 'default' }, say, entry);
  expect(again).toMatchObject({ started: false, worker: { pid: worker.pid } });

  expect((await stopWorker(say))?.pid).toBe(worker.pid);
  expect(isAlive(worker)).toBe(false);
  expect(readyWorkers()).toEqual([]);
  expect(await stopWorker(say)).toBeUndefined();
});

test('a worker goes on when the server was killed and started again', async () => {
  const { server } = await startEmbedded(say);
  const { worker } = await startWorker({ address: server.address, namespace: 'default' }, say, entry);
  process.kill(server.pid, 'SIGKILL');
  await expect.poll(() => isAlive(server)).toBe(false);
  await startEmbedded(say);
  expect((await startWorker({ address: server.address, namespace: 'default' }, say, entry)).worker.pid).toBe(
    worker.pid,
  );
  expect(await runWorkflow('after-the-crash')).toBe('done by the worker');
});

test('a worker that runs other code is replaced', async () => {
  const { server } = await startEmbedded(say);
  const first = await startWorker({ address: server.address, namespace: 'default' }, say, entry);
  await appendFile(entry, '\n// another build\n');
  const second = await startWorker({ address: server.address, namespace: 'default' }, say, entry);
  expect(second.started).toBe(true);
  expect(isAlive(first.worker)).toBe(false);
  expect(said).toContain(`ending the worker (pid ${first.worker.pid}): it runs other code than this belay`);
  expect(workerProcess()?.pid).toBe(second.worker.pid);
});

test('a worker that ends at once is an error with its last words', async () => {
  await startEmbedded(say);
  const broken = join(stateFolder(), 'broken.mjs');
  await writeFile(broken, 'console.error("no such module");\nprocess.exit(1);\n');
  await expect(startWorker({ address: '127.0.0.1:1', namespace: 'default' }, say, broken)).rejects.toThrow(
    /the worker ended while starting.*\n.*no such module/,
  );
});

test('the worker in a store of its own is found out, with what to do', async () => {
  const { server } = await startEmbedded(say);
  await startWorker({ address: server.address, namespace: 'default' }, say, entry);
  expect((await diagnose()).filter(({ id }) => id === 'artifacts.shared')).toEqual([]);

  vi.stubEnv('BELAY_ARTIFACTS', join(stateFolder(), 'another-store'));
  const [found] = (await diagnose()).filter(({ id }) => id === 'artifacts.shared');
  expect(found).toMatchObject({ status: 'missing' });
  expect(found?.message).toContain('does not read the artifact store that is used here');
  expect(found?.remedy).toContain('BELAY_ARTIFACTS');
});

test.skipIf(process.getuid?.() !== 0)(
  'a store of another user is found out before anything is packed',
  async () => {
    await ownStore(1000);
    const [found] = (await diagnose()).filter(({ id }) => id === 'artifacts');
    expect(found).toMatchObject({ status: 'missing', remedy: expect.stringContaining('uid 1000') as string });
    await ownStore(0);
    expect((await diagnose()).find(({ id }) => id === 'artifacts')?.status).toBe('ok');
  },
);

async function ownStore(uid: number): Promise<void> {
  await mkdir(artifactsFolder(), { recursive: true });
  await chown(artifactsFolder(), uid, uid);
}

async function runWorkflow(workflowId: string): Promise<unknown> {
  const client = await connect();
  try {
    return await client.workflow.execute('deploy', { workflowId, taskQueue });
  } finally {
    await client.connection.close();
  }
}

/** Resident memory (proc_pid_status(5)). */
function residentMb(pid: number): number {
  const [, kB] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kB) / 1024);
}
