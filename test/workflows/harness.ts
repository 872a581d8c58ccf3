import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker, type WorkflowBundleOption } from '@temporalio/worker';
import { afterAll, beforeAll } from 'vitest';
import type { Activities } from '../../src/domain/runbook/activities.js';
import { searchAttributeNames } from '../../src/domain/runbook/messages.js';
import type { DeployResult } from '../../src/domain/runbook/outcome.js';
import { temporalCli } from '../temporal-cli.js';
import { deployInput, fakeActivities } from './fakes.js';

export let environment: TestWorkflowEnvironment;
/** As the build makes it. */
export const workflowBundle = {
  codePath: fileURLToPath(new URL('../../dist/workflow-bundle.js', import.meta.url)),
};

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const path = await temporalCli();
  environment = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path },
      extraArgs: Object.values(searchAttributeNames).flatMap((name) => [
        '--search-attribute',
        `${name}=Keyword`,
      ]),
    },
  });
}, 120_000);

afterAll(() => environment.teardown());

/** Runs `during` while a worker with fake activities serves a queue of its own. */
export async function withWorker(
  overrides: Partial<Activities>,
  during: (served: { client: Client; queue: string; calls: string[] }) => Promise<void>,
  bundle: WorkflowBundleOption = workflowBundle,
): Promise<void> {
  const calls: string[] = [];
  const queue = randomUUID();
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: queue,
    workflowBundle: bundle,
    activities: fakeActivities(calls, overrides),
  });
  await worker.runUntil(() => during({ client: environment.client, queue, calls }));
}

export interface Started {
  handle: WorkflowHandle;
  calls: string[];
  result: () => Promise<DeployResult>;
}

/** Runs `during` while a worker with fake activities serves one started workflow. */
export async function withDeployment(
  options: {
    type?: string;
    input?: unknown;
    overrides?: Partial<Activities>;
    workflowBundle?: WorkflowBundleOption;
  },
  during: (started: Started) => Promise<void>,
): Promise<void> {
  await withWorker(
    options.overrides ?? {},
    async ({ client, queue, calls }) => {
      const handle = await client.workflow.start(options.type ?? 'deploy', {
        taskQueue: queue,
        workflowId: `belay/words/production/${queue}`,
        args: [options.input ?? deployInput()],
      });
      await during({ handle, calls, result: () => handle.result() as Promise<DeployResult> });
    },
    options.workflowBundle,
  );
}
