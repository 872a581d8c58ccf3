import { workflowId } from '../../domain/runbook/messages.js';
import { chooseApp, type AppOptions, type Chosen } from '../input/app.js';
import { attend } from '../temporal/attend.js';
import { conclude, type OutputOptions } from '../temporal/conclude.js';
import type { Io } from '../terminal/io.js';
import { find } from '../temporal/resolve-id.js';
import { startRun } from '../temporal/start.js';
import { withTemporal } from '../temporal/connection.js';
import { userAtMachine } from '../input/user.js';
import { UserError } from '../terminal/user-error.js';

export interface RecoverOptions extends AppOptions, OutputOptions {
  force?: boolean;
}

/** `belay recover`: puts the last good release back where a deployment will never end by itself. */
export async function recover(id: string | undefined, options: RecoverOptions, io: Io): Promise<number> {
  const { app, reach } = await choose(id, options, io);
  return withTemporal(io, 'run', async (client) => {
    const lock = workflowId(app, reach.alias);
    const before = await find(client, lock);
    const run = await startRun(client, {
      type: 'recover',
      workflowId: lock,
      input: {
        app,
        reach,
        startedBy: userAtMachine(),
        // Once this one has started under the same id, that one is over.
        over: before === null ? undefined : `${before.workflowId}@${before.runId}`,
        force: options.force ?? false,
      },
    });
    const view = await attend(client, run, io, { output: options.output, plan: false, approval: 'wait' });
    return conclude(view, options, io);
  });
}

/** The app of belay.yml; an ID chooses the environment, and has to be one of its own. */
async function choose(id: string | undefined, options: RecoverOptions, io: Io): Promise<Chosen> {
  const named = id?.replace(/^belay\//, '').replace(/@.*$/, '');
  const env = options.env ?? named?.split('/')[1];
  const chosen = await chooseApp({ ...options, env: named === undefined ? options.env : env }, io);
  const own = workflowId(chosen.app, chosen.reach.alias).replace(/^belay\//, '');
  if (named !== undefined && named !== own) {
    throw new UserError(`expected the ID of a deployment of the belay.yml here, ${own}, got ${named}`);
  }
  return chosen;
}
