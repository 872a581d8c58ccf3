import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { exitCodes } from '../../domain/runbook/outcome.js';
import type { DeploymentView } from '../../history/view.js';
import { connect } from '../../temporal/connect.js';
import { stopEmbedded } from '../../temporal/server/embedded.js';
import { reason } from '../../temporal/error.js';
import { pollerIdentities } from '../../temporal/worker/pollers.js';
import { isExternal, service } from '../../temporal/service.js';
import { stateFolder } from '../../temporal/state.js';
import { stopWorker, workerProcess } from '../../temporal/worker/process.js';
import { mayLive } from '../../temporal/worker/ready.js';
import { type Io, printJson } from '../terminal/io.js';
import { shortId } from '../output/say.js';
import { underWay } from '../temporal/under-way.js';
import { UserError } from '../terminal/user-error.js';

export interface DownOptions {
  json?: boolean;
  /** Until no deployment is in the middle of a change. */
  wait?: boolean;
  /** Whatever is under way. */
  now?: boolean;
}

const lookEveryMs = 500;
const withinMs = 10_000;

/**
 * `belay down`: ends the background worker (its running steps get 30 s) and the embedded Temporal. What is under way
 * goes on where it stood with the next `belay up`; what is in the middle of a change is waited for, or asked about. A
 * service of the user's own is left alone.
 * @throws UserError (exit code 1) where a deployment is in the middle of a change and nobody said what then
 */
export async function down(
  { json = false, wait = false, now = false }: DownOptions,
  io: Io,
): Promise<number> {
  const say = (line: string) => io.stderr(`${line}\n`);
  if (!now) await untilSafe(wait, io);
  const worker = await stopWorker(say);
  const server = await stopEmbedded(say);
  if (json) {
    printJson(io, { worker: worker?.pid ?? null, temporal: server?.pid ?? null });
    return 0;
  }
  if (worker) io.stdout(`ended the worker (pid ${worker.pid})\n`);
  if (server)
    io.stdout(
      `ended Temporal at ${server.address} (pid ${server.pid}); its database stays: ${server.database}\n`,
    );
  if (!worker && !server) io.stdout(`nothing of belay's runs here (${stateFolder()})\n`);
  return 0;
}

/** Returns where nothing is in the middle of a change, or somebody said that it is to be left there. */
async function untilSafe(wait: boolean, io: Io): Promise<void> {
  if (service() === undefined || (isExternal() && workerProcess() === undefined)) return;
  try {
    const client = await connect();
    try {
      if (!(await isCarriedOn(client))) await untilNothingChanges(client, wait, io);
    } finally {
      await client.connection.close();
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(
      `nothing was ended: what is under way cannot be read: ${reason(error)}; to end it all the same: belay down --now`,
      exitCodes.failed,
      { cause: error },
    );
  }
}

/** Whether others than this machine's background worker go on with what it leaves. */
async function isCarriedOn({ connection, options }: Client): Promise<boolean> {
  if (!isExternal()) return false;
  const pollers = await connection.withDeadline(Date.now() + withinMs, () =>
    pollerIdentities(connection, options.namespace),
  );
  const own = `belay-worker/${workerProcess()?.pid}@`;
  return pollers.some((identity) => mayLive(identity) && !identity.startsWith(own));
}

async function untilNothingChanges(client: Client, wait: boolean, io: Io): Promise<void> {
  for (let waits = wait, said = ''; ;) {
    const { changing, resting } = await client.connection.withDeadline(Date.now() + withinMs, () =>
      underWay(client),
    );
    if (changing.length === 0) {
      for (const view of resting) io.stderr(`${standing(view)}; it goes on with the next belay up\n`);
      return;
    }
    if (!waits) {
      const answer = await decide(changing, io);
      if (answer === 'now') return;
      waits = true;
    }
    const text = `waiting for ${changing.map(standing).join(', ')}`;
    if (text !== said) io.stderr(`${text}\n`);
    said = text;
    await sleep(lookEveryMs);
  }
}

async function decide(changing: DeploymentView[], io: Io): Promise<'wait' | 'now'> {
  const text =
    `${changing.map((view) => `${standing(view)}, in the middle of a change`).join('\n')}\n` +
    'Ended now, it stands still there: visitors may get errors until the next belay up, or until the server puts the old ' +
    'version back by itself (`deadman`).';
  if (!io.interactive)
    throw new UserError(
      `nothing was ended: ${text}\n  wait for it    belay down --wait\n  end it anyway  belay down --now`,
      exitCodes.failed,
    );
  io.stderr(`${text}\n`);
  for (;;) {
    const answer = (await io.ask('wait for it, end it now, or leave it running? wait, now, no: '))?.trim();
    if (answer === 'wait' || answer === 'w') return 'wait';
    if (answer === 'now') return 'now';
    if (answer === undefined || answer === 'no' || answer === 'n')
      throw new UserError('nothing was ended', exitCodes.failed);
  }
}

/** `deploy words/production/web1: soak`. */
function standing(view: DeploymentView): string {
  const step = view.steps.findLast(({ endedAt }) => endedAt === null);
  const where =
    view.state === 'running' || view.state === 'rolling-back'
      ? (step?.label ?? 'between two steps')
      : view.state.replace('-', ' ');
  return `${view.type} ${shortId(view)}: ${where}`;
}
