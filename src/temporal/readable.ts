import type { Client } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import { workflowTypes } from '../domain/runbook/messages.js';
import { reason, TemporalError } from './error.js';
import { unseal } from './codec/unsealed.js';

type Connection = Pick<Client, 'workflowService'>;

/**
 * Whether everything of belay's that runs can be read with the keys configured here. A worker that could not read it would
 * use up the attempts of its steps, and so has to leave it to one that can.
 * @throws TemporalError where it cannot
 */
export async function ensureReadable(
  { workflowService }: Connection,
  namespace: string,
  codecs: readonly PayloadCodec[],
): Promise<void> {
  const types = Object.values(workflowTypes).map((type) => `'${type}'`);
  const { executions } = await workflowService.listWorkflowExecutions({
    namespace,
    pageSize: 200,
    query: `ExecutionStatus = 'Running' AND WorkflowType IN (${types.join(', ')})`,
  });
  for (const { execution } of executions) {
    const { history } = await workflowService.getWorkflowExecutionHistory({
      namespace,
      execution,
      maximumPageSize: 1,
    });
    try {
      await unseal(history, codecs);
    } catch (error) {
      const id = execution?.workflowId ?? 'a workflow';
      throw new TemporalError(`${id} is under way, and cannot be read here: ${reason(error)}`, {
        cause: error,
      });
    }
  }
}
