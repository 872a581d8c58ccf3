import { randomBytes, randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import { NativeConnection, Worker } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { judgeSignal } from '../../src/activities/besides/judgeSignal.js';
import { readDeployment } from '../../src/cli/temporal/history.js';
import type { RunRef } from '../../src/cli/temporal/connection.js';
import { dataConverter, EncryptingCodec, workerConverter } from '../../src/temporal/codec/codec.js';
import type { CodecKey } from '../../src/temporal/codec/keys.js';
import { deployInput, fakeActivities, plan } from './fakes.js';
import { environment, workflowBundle } from './harness.js';
import { until } from '../until.js';

const keys: CodecKey[] = [{ id: '2026', bytes: randomBytes(32) }];
const notSealed = 'it is not sealed with the codec’s key';

// Whoever reaches Temporal can start, signal and answer for a worker; with a key nothing comes of it without the key.
describe('with a key', { timeout: 90_000 }, () => {
  it('a start that is not sealed does nothing, and says why', async () => {
    const started = await start([]);
    await started.served({ keys }, async ({ calls }) => {
      await expect(started.result()).rejects.toMatchObject({
        cause: { type: 'Unsealed', message: expect.stringContaining(notSealed) as string },
      });
      expect(calls).toEqual([]);
    });
    expect(await started.view()).toMatchObject({ ended: 'failed' });
  });

  it('nor does one that is sealed for another workflow', async () => {
    const [first, second] = [await start(keys), randomUUID()];
    const other = await start(keys, { id: second, input: await first.rawInput() });
    await other.served({ keys }, async ({ calls }) => {
      await expect(other.result()).rejects.toMatchObject({
        cause: { message: expect.stringContaining('but for another workflow') as string },
      });
      expect(calls).toEqual([]);
    });
  });

  it('signals that are not sealed for this workflow do nothing and are shown; the one that is counts, and is proven', async () => {
    const other = await start(keys);
    const abort = await other.sealed({ reason: 'of another' });
    const started = await start(keys);
    await started.served({ keys }, async () => {
      await until(async () => (await started.view()).state === 'awaiting-approval');
      const { digest } = plan();
      await started.signal('approve');
      await started.signal('approve', json({ plan: digest, by: 'root@vm' }));
      await started.signal('abort', abort);
      await started.signal('abort', unknownKey);
      await started.signal('abort', { ...abort, data: Buffer.alloc(40) });
      await until(async () => (await started.view()).messages.length === 5);
      const { messages, state } = await started.view();
      expect(state).toBe('awaiting-approval');
      expect(messages.map(({ counted, proven, note }) => [counted, proven, note])).toEqual([
        [false, false, notSealed],
        [false, false, notSealed],
        [false, false, expect.stringContaining('but for another workflow')],
        [false, false, expect.stringContaining('encrypted with the key nobody-has')],
        [false, false, expect.stringContaining('was not made with the codec’s key')],
      ]);
      await started.signal('approve', await started.sealed({ plan: digest, by: 'kim@laptop' }));
      expect(await started.result()).toMatchObject({ outcome: 'succeeded' });
    });
    expect((await started.view()).messages.at(-1)).toMatchObject({
      by: 'kim@laptop',
      counted: true,
      proven: true,
    });
  });

  it('a dialog of the Web UI may approve by the plan’s digest, and proves nobody', async () => {
    const started = await start(keys);
    await started.served({ keys }, async () => {
      await until(async () => (await started.view()).state === 'awaiting-approval');
      const [payload = {}] = new EncryptingCodec(keys).encodeForDialog([json(plan().digest.slice(0, 12))]);
      await started.signal('approve', payload);
      expect(await started.result()).toMatchObject({ outcome: 'succeeded' });
    });
    expect((await started.view()).messages).toMatchObject([{ counted: true, proven: false }]);
  });

  it('a result that is not sealed is none: the step is taken anew', async () => {
    const started = await start(keys, { approval: 'automatic' });
    await started.served({ keys, only: 'workflows' }, async () => {
      await started.answersForAWorker(json({ facts: {}, baseline: [] }));
      await started.answersForAWorker(json({ files: 0, bytes: 0, findings: [] }));
      await started.served({ keys, only: 'steps' }, async () => {
        expect(await started.result()).toMatchObject({ outcome: 'succeeded' });
      });
    });
    const { steps } = await started.view();
    expect(steps.filter(({ name }) => name === 'inspect' || name === 'checkSource')).toHaveLength(4);
  });

  it('a deployment that began without it goes on as it began, on any worker', async () => {
    const started = await start([]);
    await started.served({ keys: [] }, () =>
      until(async () => (await started.view()).state === 'awaiting-approval'),
    );
    await started.served({ keys }, async () => {
      await started.signal('approve', json({ plan: plan().digest, by: 'root@vm' }));
      expect(await started.result()).toMatchObject({ outcome: 'succeeded' });
    });
    const { messages, held } = await started.view();
    expect(held).toBeNull();
    expect(messages).toMatchObject([{ counted: true, proven: false }]);
  });
});

const unknownKey: Payload = {
  metadata: {
    encoding: Buffer.from('binary/encrypted'),
    'encryption-key-id': Buffer.from('nobody-has'),
  },
  data: Buffer.alloc(40),
};

function json(value: unknown): Payload {
  return {
    metadata: { encoding: Buffer.from('json/plain') },
    data: Buffer.from(JSON.stringify(value)),
  };
}

interface Starting {
  id?: string;
  /** As it stands in another's history. */
  input?: Payload;
  approval?: 'required' | 'automatic';
}

interface Serving {
  keys: CodecKey[];
  only?: 'workflows' | 'steps';
}

/** Starts a deployment as whoever has these keys. */
async function start(
  withKeys: CodecKey[],
  { id = randomUUID(), input, approval = 'required' }: Starting = {},
) {
  const { connection } = environment;
  const workflowId = `belay/words/production/${id}`;
  const service = environment.client.workflowService;
  const { runId } = await service.startWorkflowExecution({
    namespace: 'default',
    workflowId,
    workflowType: { name: 'deploy' },
    taskQueue: { name: id },
    requestId: randomUUID(),
    identity: 'somebody',
    input: { payloads: [input ?? (await sealedWith(withKeys, workflowId, deployInput({ approval })))] },
  });
  const run: RunRef = { workflowId, runId };
  const reader = new Client({ connection, dataConverter: dataConverter(keys) });
  const view = () => readDeployment(reader, run);
  return {
    view,
    result: () => reader.workflow.getHandle(workflowId).result(),
    sealed: (value: unknown) => sealedWith(keys, workflowId, value),
    async rawInput(): Promise<Payload> {
      const { history } = await service.getWorkflowExecutionHistory({ namespace: 'default', execution: run });
      const { input: first } = history?.events?.[0]?.workflowExecutionStartedEventAttributes ?? {};
      return first?.payloads?.[0] ?? expect.fail('no input');
    },
    async signal(signalName: string, payload?: Payload): Promise<void> {
      await service.signalWorkflowExecution({
        namespace: 'default',
        workflowExecution: run,
        signalName,
        identity: 'somebody',
        requestId: randomUUID(),
        ...(payload === undefined ? {} : { input: { payloads: [payload] } }),
      });
    },
    /** Takes a step as a worker would, and answers with this. */
    async answersForAWorker(result: Payload): Promise<void> {
      await environment.connection.withDeadline(Date.now() + 60_000, async () => {
        const { taskToken } = await service.pollActivityTaskQueue({
          namespace: 'default',
          taskQueue: { name: id },
          identity: 'somebody',
        });
        await service.respondActivityTaskCompleted({
          namespace: 'default',
          taskToken,
          identity: 'somebody',
          result: { payloads: [result] },
        });
      });
    },
    /** Runs `during` while a worker with these keys serves. */
    async served(
      { keys: known, only }: Serving,
      during: (served: { calls: string[] }) => Promise<void>,
    ): Promise<void> {
      const calls: string[] = [];
      const native = await NativeConnection.connect({ address: environment.address });
      const worker = await Worker.create({
        connection: native,
        taskQueue: id,
        dataConverter: workerConverter(known, 'at the worker'),
        ...(only === 'steps' ? {} : { workflowBundle }),
        activities: only === 'workflows' ? { judgeSignal } : { ...fakeActivities(calls), judgeSignal },
        ...(only === 'workflows' ? { enableNonLocalActivities: false } : {}),
      });
      await worker.runUntil(() => during({ calls })).finally(() => native.close());
    },
  };
}

async function sealedWith(known: CodecKey[], workflowId: string, value: unknown): Promise<Payload> {
  const context = { type: 'workflow' as const, namespace: 'default', workflowId };
  const [payload = {}] = await new EncryptingCodec(known).encode([json(value)], context);
  return payload;
}
