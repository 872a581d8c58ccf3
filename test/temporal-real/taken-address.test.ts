import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Client, Connection } from '@temporalio/client';
import { afterEach, expect, test } from 'vitest';
import { follow, type Followed } from '../../src/cli/temporal/follow.js';
import { pendingActivities } from '../../src/cli/temporal/history.js';
import { inspectWorkflowId, taskQueue } from '../../src/domain/runbook/messages.js';
import { failureText } from '../../src/history/events.js';
import { connect } from '../../src/temporal/connect.js';
import { startEmbedded, type Embedded } from '../../src/temporal/server/embedded.js';
import { isAlive } from '../../src/temporal/process-id.js';
import { startWorker } from '../../src/temporal/worker/process.js';
import { temporalCli } from '../temporal-cli.js';
import { deployInput } from '../workflows/fakes.js';
import { ownStateFolder, say } from './home.js';

ownStateFolder();

const patience = { timeout: 60_000 };
let other: ChildProcess | undefined;
afterEach(async () => {
  if (other?.exitCode !== null) return;
  other.kill('SIGKILL');
  await once(other, 'exit');
});

/** Ends belay's Temporal as a crash would, and has another one at its address. */
async function takeAddress(server: Embedded): Promise<Client> {
  process.kill(server.pid, 'SIGKILL');
  await expect.poll(() => isAlive(server)).toBe(false);
  const args = ['server', 'start-dev', '--headless', '--port', String(server.port), '--log-level', 'error'];
  other = spawn(await temporalCli(), args, { stdio: 'ignore' });
  let connection: Connection | undefined;
  await expect
    .poll(async () => {
      connection = await Connection.connect({ address: server.address, connectTimeout: 1000 }).catch(
        () => undefined,
      );
      return connection;
    }, patience)
    .toBeDefined();
  return new Client({ connection: connection ?? expect.fail() });
}

test('who follows a deployment takes another Temporal at the address for none, and goes on where its own is', async () => {
  const { server } = await startEmbedded(say);
  const client = await connect();
  const handle = await client.workflow.start('deploy', {
    workflowId: 'belay/words/production/web1',
    taskQueue: 'nobody',
    args: [deployInput()],
  });
  const run = { workflowId: handle.workflowId, runId: handle.firstExecutionRunId };
  const looks: Followed[] = [];
  const ended = (async () => {
    for await (const look of follow(client, run, { signal: new AbortController().signal })) looks.push(look);
  })();
  await expect.poll(() => looks.at(-1)?.waiting, patience).toBeNull();

  const taker = await takeAddress(server);
  await expect
    .poll(() => looks.at(-1)?.waiting, patience)
    .toBe('waiting for Temporal, which does not answer: another Temporal has taken its address');
  await taker.connection.close();

  const again = await startEmbedded(say);
  expect(again.server.address).not.toBe(server.address);
  // Nobody polls that task queue here, which may be said by now.
  await expect.poll(() => looks.at(-1)?.waiting ?? '', patience).not.toContain('Temporal');
  const { client: current } = looks.at(-1) ?? expect.fail();
  await current.workflow.getHandle(run.workflowId, run.runId).terminate('done with it');
  await ended;
  expect(looks.at(-1)).toMatchObject({ waiting: null, view: { state: 'closed', ended: 'terminated' } });
});

test('a worker takes no step of another Temporal that serves where its own did', async () => {
  const { server } = await startEmbedded(say);
  await startWorker({ address: server.address, namespace: 'default' }, say);
  const taker = await takeAddress(server);
  const workflowId = inspectWorkflowId('web1');
  await taker.workflow.start('inspect', {
    workflowId,
    taskQueue,
    args: [{ reach: { alias: 'web1' }, startedBy: 'kim@laptop' }],
  });
  const failure = async () => {
    const [activity] = await pendingActivities(taker, { workflowId });
    return activity?.lastFailure ? failureText(activity.lastFailure) : undefined;
  };
  await expect.poll(failure, patience).toMatchObject({
    type: 'StrayWorker',
    message: expect.stringMatching(
      /refuses the step, which another takes: the Temporal .* has ended/,
    ) as string,
  });
  await taker.connection.close();
});
