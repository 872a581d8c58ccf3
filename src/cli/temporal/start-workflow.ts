import { defineSearchAttributeKey } from '@temporalio/common';
import type { Client, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { nameSources } from '../../artifact/named-sources.js';
import { searchAttributeNames, taskQueue } from '../../domain/runbook/messages.js';
import { artifactsFolder } from '../../temporal/state.js';

const patienceMs = 15_000;

export interface Order {
  type: string;
  workflowId: string;
  input: object;
  /** Columns of the Web UI, by which `belay list` reads too. */
  attributes: Partial<Record<keyof typeof searchAttributeNames, string>>;
  /** A line for the Web UI. */
  summary: string;
  /** Markdown for the Web UI. */
  details?: string;
}

/**
 * Names what its input has the worker read on its machine, and starts a workflow of belay's under an id that no other one may have while it runs.
 * @throws WorkflowExecutionAlreadyStartedError where one has it
 */
export async function startWorkflow(
  client: Client,
  { type, workflowId, input, attributes, summary, details }: Order,
): Promise<WorkflowHandleWithFirstExecutionRunId> {
  await nameSources(artifactsFolder(), input);
  return client.connection.withDeadline(Date.now() + patienceMs, () =>
    client.workflow.start(type, {
      workflowId,
      taskQueue,
      // A worker that died with a task of the workflow is waited for no longer than this.
      workflowTaskTimeout: '5 seconds',
      args: [input],
      workflowIdConflictPolicy: 'FAIL',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      typedSearchAttributes: Object.entries(attributes).map(([name, value]) => ({
        key: defineSearchAttributeKey(searchAttributeNames[name as keyof typeof attributes], 'KEYWORD'),
        value,
      })),
      // Temporal takes 400 bytes.
      staticSummary: summary.slice(0, 200),
      ...(details === undefined ? {} : { staticDetails: details }),
    }),
  );
}
