import { attend } from './attend.js';
import { conclude, type OutputOptions } from './conclude.js';
import type { Io } from './io.js';
import { resolveId, type IdOptions } from './resolve-id.js';
import { withTemporal } from './temporal.js';

export type WatchOptions = IdOptions & OutputOptions;

/** `belay watch`: follows a deployment to its end. */
export async function watch(id: string | undefined, options: WatchOptions, io: Io): Promise<number> {
  return withTemporal(io, 'run', async (client) => {
    const run = await resolveId(client, io, id, options);
    const view = await attend(client, run, io, { output: options.output, plan: true, approval: 'wait' });
    return conclude(view, options, io, id);
  });
}
