import { defineSearchAttributeKey } from '@temporalio/common';
import type { Client } from '@temporalio/client';
import type { App } from '../../domain/app/app.js';
import { searchAttributeNames, workflowTypes } from '../../domain/runbook/messages.js';
import { faultOf, unwrapped } from '../../domain/runbook/seal.js';

const outcomeAttribute = defineSearchAttributeKey(searchAttributeNames.outcome, 'KEYWORD');

/**
 * The app as a deployment that succeeded had it; undefined where it did not, or where this Temporal does not know it.
 * @param deployment `<workflow id>@<run id>`, as the host has it
 */
export async function deployedApp(client: Client, deployment: string): Promise<App | undefined> {
  const at = deployment.lastIndexOf('@');
  const execution = { workflowId: deployment.slice(0, at), runId: deployment.slice(at + 1) };
  if (at < 1 || execution.runId === '') return undefined;
  try {
    const { type, typedSearchAttributes } = await client.workflow
      .getHandle(execution.workflowId, execution.runId)
      .describe();
    if (type !== workflowTypes.deploy && type !== workflowTypes.rollback) return undefined;
    if (typedSearchAttributes.get(outcomeAttribute) !== 'succeeded') return undefined;
    const { history } = await client.workflowService.getWorkflowExecutionHistory({
      namespace: client.options.namespace,
      execution,
      maximumPageSize: 1,
    });
    const [payload] = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
    if (!payload) return undefined;
    const { payloadCodecs, payloadConverter } = client.options.loadedDataConverter;
    const context = {
      type: 'workflow' as const,
      namespace: client.options.namespace,
      workflowId: execution.workflowId,
    };
    let open = payload;
    for (const codec of [...payloadCodecs].reverse()) [open = open] = await codec.decode([open], context);
    const { value, seal } = unwrapped(payloadConverter.fromPayload<{ app?: App } | null>(open));
    return seal && faultOf(seal) !== null ? undefined : value?.app;
  } catch (error) {
    if (error instanceof Error && error.name === 'WorkflowNotFoundError') return undefined;
    throw error;
  }
}
