import { randomBytes, randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { NativeConnection, Worker } from '@temporalio/worker';
import { describe, expect, it, vi } from 'vitest';
import { readDeployment } from '../../src/cli/temporal/history.js';
import type { RunRef } from '../../src/cli/temporal/connection.js';
import { dataConverter, workerConverter } from '../../src/temporal/codec/codec.js';
import type { CodecKey } from '../../src/temporal/codec/keys.js';
import { deployInput, fakeActivities, plan } from './fakes.js';
import { environment, withDeployment, workflowBundle } from './harness.js';
import { until } from '../until.js';

const key = (id: string): CodecKey => ({ id, bytes: randomBytes(32) });
const [old, current] = [key('2025'), key('2026')];

// Workers that lack the key do not fail a deployment, nor use its attempts up: it goes on once one is there that has it.
describe('a deployment whose worker lacks the key', { timeout: 60_000 }, () => {
  it('waits with its first task, and tells which key which worker lacks', async () => {
    const deployment = await start([current]);
    await deployment.served({ keys: [old] }, async () => {
      await until(async () => (await deployment.view()).held !== null);
      expect((await deployment.view()).held).toMatch(
        /^a payload in Temporal is encrypted with the key 2026; configured at the worker of 2025: 2025\. Configure it \(BELAY/,
      );
    });
    await deployment.served({ keys: [current] }, () => deployment.succeeds());
  });

  it('waits with a step, which goes to a worker that has it', async () => {
    const deployment = await start([current]);
    await deployment.served({ keys: [current], only: 'workflows' }, async () => {
      await deployment.served({ keys: [old], only: 'steps' }, async () => {
        const inspect = async () => (await deployment.view()).steps.find(({ name }) => name === 'inspect');
        await until(async () => (await inspect())?.lastFailure != null);
        expect((await inspect())?.lastFailure).toMatchObject({
          type: 'KeyMissing',
          message: expect.stringContaining(
            'encrypted with the key 2026; configured at the worker of 2025: 2025.',
          ) as string,
        });
      });
      await deployment.served({ keys: [current], only: 'steps' }, () => deployment.succeeds());
    });
  });

  it('takes a step anew that had all its attempts at workers without it', async () => {
    const unfit = ApplicationFailure.nonRetryable('no key here', 'KeyMissing');
    const backUp = vi.fn().mockRejectedValueOnce(unfit).mockResolvedValue({ previous: plan().previous });
    await withDeployment({ overrides: { backUp } }, async ({ result, calls }) => {
      expect(await result()).toMatchObject({ outcome: 'succeeded', remains: [] });
      expect(calls.filter((call) => call === 'backUp')).toHaveLength(2);
      expect(calls).not.toContain('takeBack');
    });
  });

  it('waits with what a step gave back, which a worker with a newer key has written', async () => {
    const deployment = await start([old], [current, old]);
    await deployment.served({ keys: [current, old], only: 'steps' }, async () => {
      await deployment.served({ keys: [old], only: 'workflows' }, async () => {
        await until(async () => (await deployment.view()).held !== null);
        expect((await deployment.view()).held).toContain('the key 2026; configured at the worker of 2025');
      });
      await deployment.served({ keys: [current, old], only: 'workflows' }, () => deployment.succeeds());
    });
  });
});

interface Serving {
  keys: CodecKey[];
  only?: 'workflows' | 'steps';
}

/** Starts a deployment with these keys. @param readers those by which it is looked at */
async function start(keys: CodecKey[], readers = keys) {
  const queue = randomUUID();
  const { connection } = environment;
  const clientWith = (known: CodecKey[]) => new Client({ connection, dataConverter: dataConverter(known) });
  const handle = await clientWith(keys).workflow.start('deploy', {
    taskQueue: queue,
    workflowId: `belay/words/production/${queue}`,
    args: [deployInput()],
    // A worker takes a task that it has failed before for one that will fail again, and only lets it time out.
    workflowTaskTimeout: '5 seconds',
  });
  const run: RunRef = { workflowId: handle.workflowId, runId: handle.firstExecutionRunId };
  const reader = clientWith(readers);
  return {
    view: () => readDeployment(reader, run),
    async succeeds() {
      expect(await reader.workflow.getHandle(run.workflowId).result()).toMatchObject({
        outcome: 'succeeded',
      });
      const { held, steps } = await readDeployment(reader, run);
      expect(held).toBeNull();
      expect(steps.filter(({ status }) => status !== 'done')).toEqual([]);
    },
    /** Runs `during` while a worker with these keys serves. */
    async served({ keys: known, only }: Serving, during: () => Promise<void>): Promise<void> {
      // Each with a connection of its own, as workers of several machines have.
      const native = await NativeConnection.connect({ address: environment.address });
      const worker = await Worker.create({
        connection: native,
        taskQueue: queue,
        dataConverter: workerConverter(known, `at the worker of ${known[0]?.id}`),
        ...(only === 'steps' ? {} : { workflowBundle }),
        ...(only === 'workflows' ? {} : { activities: fakeActivities([]) }),
      });
      await worker.runUntil(during).finally(() => native.close());
    },
  };
}
