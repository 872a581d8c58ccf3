import { conclude, type OutputOptions } from '../temporal/conclude.js';
import { follow } from '../temporal/follow.js';
import { readDeployment } from '../temporal/history.js';
import type { Io } from '../terminal/io.js';
import { resolveId, type IdOptions } from '../temporal/resolve-id.js';
import { withTemporal } from '../temporal/connection.js';

export interface WaitOptions extends IdOptions, Pick<OutputOptions, 'json' | 'junit'> {
  /** Seconds. */
  timeout?: number;
}

/** What a timer of Node's can hold; a longer one would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * `belay wait`: until a deployment is over, or nobody but a person can bring it on; tells how it stands. Exits as it did;
 * 8 where the time is over first.
 */
export async function wait(id: string | undefined, options: WaitOptions, io: Io): Promise<number> {
  return withTemporal(io, 'run', async (client) => {
    const run = await resolveId(client, io, id, options);
    const leave = new AbortController();
    const timer =
      options.timeout === undefined
        ? undefined
        : setTimeout(() => leave.abort(), Math.min(options.timeout * 1000, longestTimerMs));
    const release = io.onInterrupt(() => leave.abort());
    try {
      for await (const { view, client: current } of follow(client, run, { signal: leave.signal })) {
        client = current;
        if (view.state === 'awaiting-operator') break;
      }
    } finally {
      release();
      clearTimeout(timer);
    }
    return conclude(await readDeployment(client, run), options, io, id);
  });
}
