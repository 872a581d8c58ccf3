import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import type { DeployInput, EjectInput, RecoverInput, RollbackInput } from '../../domain/runbook/messages.js';
import { exitCodes } from '../../domain/runbook/outcome.js';
import { duration } from '../../history/text.js';
import { readDeployment } from './history.js';
import { shortId } from '../output/say.js';
import { startWorkflow } from './start-workflow.js';
import type { RunRef } from './connection.js';
import { UserError } from '../terminal/user-error.js';

export interface Start {
  type: 'deploy' | 'plan' | 'rollback' | 'eject' | 'recover';
  workflowId: string;
  input: DeployInput | RollbackInput | EjectInput | RecoverInput;
  /** The release where it is known before the start. */
  release?: string;
  /** Further lines of Markdown for the Web UI. */
  details?: string[];
}

/**
 * Starts a workflow under its id, which is the lock of this app on this host.
 * @throws UserError (exit code 1) where one is running under it already
 */
export async function startRun(
  client: Client,
  { type, workflowId, input, release, details = [] }: Start,
): Promise<RunRef> {
  const { app, reach, startedBy } = input;
  const attributes = {
    app: app.name,
    environment: app.environment,
    host: reach.alias,
    ...(release && { release }),
  };
  try {
    const handle = await startWorkflow(client, {
      type,
      workflowId,
      input,
      attributes,
      summary: `${type} ${app.name} on ${reach.alias}, ${app.environment}`,
      details: [
        `**${app.name}** (${app.environment}) on **${reach.alias}**, \`${app.path}\``,
        `started by ${startedBy}`,
        ...details,
      ]
        .map((line) => `- ${line}`)
        .join('\n'),
    });
    return { workflowId, runId: handle.firstExecutionRunId };
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) throw await busy(client, workflowId, error);
    throw error;
  }
}

async function busy(client: Client, workflowId: string, cause: Error): Promise<UserError> {
  const { runId } = await client.workflow.getHandle(workflowId).describe();
  const view = await readDeployment(client, { workflowId, runId });
  const id = shortId(view);
  return new UserError(
    `a ${view.type} of ${view.app} on ${view.host} is going on already: ${workflowId}@${runId}, started by ` +
      `${view.startedBy} ${duration((Date.now() - view.startedAt) / 1000)} ago, ${view.state.replace('-', ' ')}\n` +
      (view.state === 'awaiting-operator'
        ? `  retry    belay retry-rollback ${id}\n  give up  belay give-up ${id}`
        : `  watch  belay watch ${id}\n  abort  belay abort ${id} --reason "…"`),
    exitCodes.refused,
    { cause },
  );
}
