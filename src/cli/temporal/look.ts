import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowExecutionAlreadyStartedError, type Client, type WorkflowHandle } from '@temporalio/client';
import { exitCodes } from '../../domain/runbook/outcome.js';
import { inspectWorkflowId, workflowTypes, type ReleasesInput } from '../../domain/runbook/messages.js';
import type { SurveyInput, SurveyResult } from '../../domain/environment/survey.js';
import { pendingActivities } from './history.js';
import type { Io } from '../terminal/io.js';
import { startWorkflow } from './start-workflow.js';
import { UserError } from '../terminal/user-error.js';

const lookEveryMs = 1_000;
/** Others may be looking at the same server. */
const tries = 10;

/** A workflow that only looks, and so needs no lock. */
interface LookOrder {
  type: string;
  workflowId: string;
  input: SurveyInput | ReleasesInput;
  /** For the Web UI. */
  summary: string;
}

/** Has a worker look at a server, and waits for what it saw. As `look`. */
export async function surveyHost(client: Client, input: SurveyInput, io: Io): Promise<SurveyResult> {
  const { alias } = input.reach;
  return look<SurveyResult>(
    client,
    {
      type: workflowTypes.inspect,
      workflowId: inspectWorkflowId(alias),
      input,
      summary: `inspect ${alias}${input.path === undefined ? '' : `, ${input.path}`}`,
    },
    io,
  );
}

/**
 * Runs a workflow that only looks. Each failed attempt is reported on stderr before the next.
 * @throws UserError (exit code 1) where the server cannot be looked at
 */
export async function look<Result>(client: Client, order: LookOrder, io: Io): Promise<Result> {
  const handle = await start(client, order);
  const result = handle.result() as Promise<Result>;
  const ended = result.then(
    () => true,
    () => true,
  );
  const told = new Set<string>();
  for (;;) {
    if (await Promise.race([ended, sleep(lookEveryMs, false)])) break;
    const failure = await lastFailure(client, handle);
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

async function start(client: Client, look: LookOrder): Promise<WorkflowHandle> {
  const { workflowId, input } = look;
  const order = { ...look, attributes: { host: input.reach.alias } };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startWorkflow(client, order);
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

async function lastFailure(client: Client, { workflowId }: WorkflowHandle): Promise<string | undefined> {
  const [pending] = await pendingActivities(client, { workflowId });
  return pending?.lastFailure?.message ?? undefined;
}

function innermost(error: unknown): string {
  let inner = error;
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  return inner instanceof Error ? inner.message : String(inner);
}
