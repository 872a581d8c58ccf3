import { setTimeout as sleep } from 'node:timers/promises';
import { defineSearchAttributeKey } from '@temporalio/common';
import { WorkflowExecutionAlreadyStartedError, type Client, type WorkflowHandle } from '@temporalio/client';
import { exitCodes } from '../domain/outcome.js';
import { inspectWorkflowId, searchAttributeNames, taskQueue, workflowTypes } from '../domain/messages.js';
import type { SurveyInput, SurveyResult } from '../domain/survey.js';
import type { Io } from './io.js';
import { UserError } from './user-error.js';

const hostAttribute = defineSearchAttributeKey(searchAttributeNames.host, 'KEYWORD');
const startWithinMs = 15_000;
const lookEveryMs = 1_000;
/** Others may be looking at the same server. */
const tries = 10;

/**
 * Has a worker look at a server, and waits for what it saw. A failed attempt that is tried again is told on stderr.
 * @throws UserError (exit code 1) where the server cannot be looked at
 */
export async function surveyHost(client: Client, input: SurveyInput, io: Io): Promise<SurveyResult> {
  const handle = await start(client, input);
  const result = handle.result() as Promise<SurveyResult>;
  const ended = result.then(
    () => true,
    () => true,
  );
  const told = new Set<string>();
  for (;;) {
    if (await Promise.race([ended, sleep(lookEveryMs, false)])) break;
    const failure = await lastFailure(handle);
    if (failure === undefined || told.has(failure)) continue;
    told.add(failure);
    io.stderr(`${failure}\ntrying again\n`);
  }
  try {
    return await result;
  } catch (error) {
    throw new UserError(innermost(error), exitCodes.failed, { cause: error });
  }
}

async function start(client: Client, input: SurveyInput): Promise<WorkflowHandle> {
  const { alias } = input.reach;
  const workflowId = inspectWorkflowId(alias);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await client.connection.withDeadline(Date.now() + startWithinMs, () =>
        client.workflow.start(workflowTypes.inspect, {
          workflowId,
          taskQueue,
          args: [input],
          workflowIdConflictPolicy: 'FAIL',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          typedSearchAttributes: [{ key: hostAttribute, value: alias }],
          staticSummary: `inspect ${alias}${input.path === undefined ? '' : `, ${input.path}`}`.slice(0, 200),
        }),
      );
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError) || attempt === tries) throw error;
      // Somebody else's look: another question, so its answer would not do.
      await client.workflow
        .getHandle(workflowId)
        .result()
        .catch(() => undefined);
    }
  }
}

async function lastFailure(handle: WorkflowHandle): Promise<string | undefined> {
  const { raw } = await handle.describe();
  return raw.pendingActivities?.[0]?.lastFailure?.message ?? undefined;
}

function innermost(error: unknown): string {
  let inner = error;
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  return inner instanceof Error ? inner.message : String(inner);
}
