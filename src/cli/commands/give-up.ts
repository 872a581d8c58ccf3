import { signalNames } from '../../domain/runbook/messages.js';
import type { Io } from '../terminal/io.js';
import { resolveId, type IdOptions } from '../temporal/resolve-id.js';
import { signalAndSay } from '../temporal/signal.js';
import { withTemporal } from '../temporal/connection.js';

/** `belay give-up`: ends an incomplete rollback as it is; what remains is done by hand. */
export async function giveUp(id: string | undefined, options: IdOptions, io: Io): Promise<number> {
  return withTemporal(io, 'run', async (client) => {
    const run = await resolveId(client, io, id, options);
    return signalAndSay(client, run, signalNames.giveUp, {}, io);
  });
}
