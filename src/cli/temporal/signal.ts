import { speechOf } from '../output/speech.js';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { signalNames } from '../../domain/runbook/messages.js';
import { exitCodes } from '../../domain/runbook/outcome.js';
import { messageText } from '../../history/message-text.js';
import type { DeploymentView, Message } from '../../history/view.js';
import { readDeployment } from './history.js';
import type { Io } from '../terminal/io.js';
import { shortId } from '../output/say.js';
import type { RunRef } from './connection.js';
import { userAtMachine } from '../input/user.js';
import { UserError } from '../terminal/user-error.js';

const patienceMs = 15_000;

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
  name: keyof typeof kinds,
  message: object,
  io: Io,
): Promise<number> {
  const before = await readDeployment(client, run);
  await sendSignal(client, run, name, message);
  const { view, sent } = await takenIn(client, run, before, kinds[name]);
  const { green, yellow } = io.colors.stdout;
  const { signal: said, words } = speechOf(io);
  io.stdout(
    sent === undefined
      ? `${yellow('!')} ${said.unread}\n`
      : `${sent.counted ? green('✓') : yellow('!')} ${messageText(sent, words)}\n`,
  );
  io.stdout(`${said.watch(`belay watch ${shortId(view)}`)}\n`);
  return sent?.counted === false ? exitCodes.refused : 0;
}

const kinds = {
  [signalNames.approve]: 'approve',
  [signalNames.abort]: 'abort',
  [signalNames.retryRollback]: 'retry-rollback',
  [signalNames.giveUp]: 'give-up',
} as const satisfies Record<string, Message['kind']>;

/**
 * Waits until a signal is in the history: Temporal holds it back while a worker is deciding on what came before, and a
 * worker that died over that is given up after ten seconds.
 */
async function takenIn(
  client: Client,
  run: RunRef,
  before: DeploymentView,
  kind: Message['kind'],
): Promise<{ view: DeploymentView; sent: Message | undefined }> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const view = await readDeployment(client, run);
    const sent = view.messages.slice(before.messages.length).find((message) => message.kind === kind);
    if (sent !== undefined || Date.now() > deadline) return { view, sent };
    await sleep(50);
  }
}
