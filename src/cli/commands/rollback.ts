import { workflowId } from '../../domain/runbook/messages.js';
import { chooseApp, type AppOptions } from '../input/app.js';
import { attendUnlessDetached } from '../temporal/attend.js';
import { conclude, type OutputOptions } from '../temporal/conclude.js';
import type { Io } from '../terminal/io.js';
import { startRun } from '../temporal/start.js';
import { withTemporal } from '../temporal/connection.js';
import { userAtMachine } from '../input/user.js';

export interface RollbackOptions extends AppOptions, OutputOptions {
  to?: string;
  detach?: boolean;
}

/** `belay rollback`: the previous release, or the one named. */
export async function rollback(options: RollbackOptions, io: Io): Promise<number> {
  const { app, reach } = await chooseApp(options, io);
  return withTemporal(io, 'run', async (client) => {
    const run = await startRun(client, {
      type: 'rollback',
      workflowId: workflowId(app, reach.alias),
      input: { app, reach, startedBy: userAtMachine(), to: options.to },
      release: options.to,
      details: [options.to === undefined ? 'to the previous release' : `to release \`${options.to}\``],
    });
    const view = await attendUnlessDetached(client, run, io, options, 'wait');
    return conclude(view, options, io);
  });
}
