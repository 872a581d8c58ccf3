import { attend } from '../temporal/attend.js';
import { conclude, type OutputOptions } from '../temporal/conclude.js';
import type { Io } from '../terminal/io.js';
import { resolveId, type IdOptions } from '../temporal/resolve-id.js';
import { withTemporal } from '../temporal/connection.js';

export type WatchOptions = IdOptions & OutputOptions;

/** `belay watch`: follows a deployment to its end. */
export async function watch(id: string | undefined, options: WatchOptions, io: Io): Promise<number> {
  return withTemporal(io, 'run', async (client) => {
    const run = await resolveId(client, io, id, options);
    const view = await attend(client, run, io, { output: options.output, plan: true, approval: 'wait' });
    return conclude(view, options, io, id);
  });
}
