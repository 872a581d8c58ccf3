import { Context } from '@temporalio/activity';
import { taskQueue, workflowTypes } from '../../domain/runbook/messages.js';
import type { Step } from '../runtime/dependencies.js';

const keptMs = 24 * 60 * 60 * 1000;
/** More than a day's worth at one look a minute. */
const most = 2000;

/** A namespace keeps what ended for months, which for a look a minute would be gigabytes. */
export const forgetLooks: Step<'forgetLooks'> = () => async () => {
  const { client, cancellationSignal } = Context.current();
  const before = new Date(Date.now() - keptMs).toISOString();
  const query = `TaskQueue = '${taskQueue}' AND WorkflowType = '${workflowTypes.healthWatch}' AND CloseTime < '${before}'`;
  let forgotten = 0;
  for await (const { workflowId, runId } of client.workflow.list({ query, pageSize: 200 })) {
    if (forgotten === most || cancellationSignal.aborted) break;
    await client.workflowService.deleteWorkflowExecution({
      namespace: client.options.namespace,
      workflowExecution: { workflowId, runId },
    });
    forgotten += 1;
  }
  return { forgotten };
};
