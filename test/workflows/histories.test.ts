import { fileURLToPath } from 'node:url';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { workflowTypes } from '../../src/domain/runbook/messages.js';
import { load, names } from '../histories/fixtures.js';
import { textOf } from '../histories/plain.js';

const recorded = await names();

test('there is a history of every workflow, and of deployments that are half done', () => {
  for (const type of Object.values(workflowTypes))
    expect(
      recorded.filter((name) => name.split('-')[0] === type),
      type,
    ).not.toEqual([]);
  expect(recorded).toEqual(expect.arrayContaining(['deploy-awaiting-approval', 'deploy-in-soak']));
});

/** Deployments that are under way when belay is updated go on with the new code: it has to come to the same steps. */
test('the workflows come to the same steps as in every recorded history', { timeout: 120_000 }, async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const workflowBundle = {
    codePath: fileURLToPath(new URL('../../dist/workflow-bundle.js', import.meta.url)),
  };
  const histories = await Promise.all(
    recorded.map(async (name) => ({ workflowId: name, history: historyFromJSON(await load(name)) })),
  );
  const differ: string[] = [];
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle }, histories)) {
    if (error) differ.push(`${workflowId}: ${error.message}`);
  }
  expect(differ, 'see "Changing a workflow" in CONTRIBUTING.md').toEqual([]);
});

test('recorded histories hold nothing of the machine that recorded them', async () => {
  for (const name of recorded)
    expect(textOf(await load(name)), name).not.toMatch(
      /\/tmp\/|\/root\/(?!\.pm2)|\/home\/|\b10\.\d+\.\d+\.\d+|PRIVATE KEY/,
    );
});
