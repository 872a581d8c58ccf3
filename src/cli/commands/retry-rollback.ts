import { signalNames } from '../../domain/runbook/messages.js';
import type { Io } from '../terminal/io.js';
import { resolveId, type IdOptions } from '../temporal/resolve-id.js';
import { signalAndSay } from '../temporal/signal.js';
import { withTemporal } from '../temporal/connection.js';

/** `belay retry-rollback`: tries the rest of an incomplete rollback again. */
export async function retryRollback(id: string | undefined, options: IdOptions, io: Io): Promise<number> {
  return withTemporal(io, 'run', async (client) => {
    const run = await resolveId(client, io, id, options);
    return signalAndSay(client, run, signalNames.retryRollback, {}, io);
  });
}
