import { signalNames } from '../../domain/runbook/messages.js';
import type { Io } from '../terminal/io.js';
import { resolveId, type IdOptions } from '../temporal/resolve-id.js';
import { signalAndSay } from '../temporal/signal.js';
import { withTemporal } from '../temporal/connection.js';

export interface AbortOptions extends IdOptions {
  reason?: string;
}

/** `belay abort`: stops a deployment and has the old version put back. */
export async function abort(id: string | undefined, options: AbortOptions, io: Io): Promise<number> {
  return withTemporal(io, 'run', async (client) => {
    const run = await resolveId(client, io, id, options);
    return signalAndSay(client, run, signalNames.abort, { reason: options.reason }, io);
  });
}
