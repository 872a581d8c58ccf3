import type { Client } from '@temporalio/client';
import { exitCodes } from '../domain/outcome.js';
import { messageText } from '../history/message-text.js';
import type { DeploymentView } from '../history/view.js';
import { readDeployment } from './history.js';
import type { Io } from './io.js';
import { shortId } from './output/say.js';
import type { RunRef } from './temporal.js';
import { userAtMachine } from './user.js';
import { UserError } from './user-error.js';

const patienceMs = 10_000;

/**
 * Tells a run something: the run that was shown, so that a late word cannot hit the next deployment.
 * @throws UserError (exit code 1) where the run is over
 */
export async function sendSignal(client: Client, run: RunRef, name: string, message: object): Promise<void> {
  const { workflowId, runId } = run;
  try {
    await client.connection.withDeadline(Date.now() + patienceMs, () =>
      client.workflow.getHandle(workflowId, runId).signal(name, { ...message, by: userAtMachine() }),
    );
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'WorkflowNotFoundError') throw error;
    throw new UserError(
      `${workflowId}@${runId} is over; see belay status ${workflowId.replace(/^belay\//, '')}`,
      exitCodes.failed,
      {
        cause: error,
      },
    );
  }
}

/** Sends a signal and says what became of it. @returns the exit code: 1 where it changed nothing */
export async function signalAndSay(
  client: Client,
  run: RunRef,
  name: string,
  message: object,
  io: Io,
): Promise<number> {
  await sendSignal(client, run, name, message);
  // The signal is in the history as soon as it was accepted.
  const view: DeploymentView = await readDeployment(client, run);
  const sent = view.messages.at(-1);
  if (sent === undefined)
    throw new Error(`${name} was accepted and is not in the history of ${run.workflowId}`);
  const { green, yellow } = io.colors.stdout;
  io.stdout(`${sent.counted ? green('✓') : yellow('!')} ${messageText(sent)}\n`);
  io.stdout(`  watch  belay watch ${shortId(view)}\n`);
  return sent.counted ? 0 : exitCodes.refused;
}
