import { workflowId } from '../../domain/runbook/messages.js';
import { chooseApp, type AppOptions } from '../input/app.js';
import { userAtMachine } from '../input/user.js';
import { attendUnlessDetached } from '../temporal/attend.js';
import { conclude, type OutputOptions } from '../temporal/conclude.js';
import { withTemporal } from '../temporal/connection.js';
import { startRun } from '../temporal/start.js';
import type { Io } from '../terminal/io.js';
import { approvalDeadlineSeconds } from './deploy.js';

export interface EjectOptions extends AppOptions, OutputOptions {
  yes?: boolean;
  detach?: boolean;
}

/** `belay eject`: the server as a person would have set it up by hand, and nothing of belay's on it. */
export async function eject(options: EjectOptions, io: Io): Promise<number> {
  const { app, reach } = await chooseApp(options, io);
  return withTemporal(io, 'run', async (client) => {
    const run = await startRun(client, {
      type: 'eject',
      workflowId: workflowId(app, reach.alias),
      input: { app, reach, startedBy: userAtMachine(), approvalDeadlineSeconds },
      details: ['gives the server back: nothing of belay’s stays'],
    });
    const view = await attendUnlessDetached(client, run, io, options, options.yes ? 'yes' : 'ask');
    return conclude(view, options, io);
  });
}
