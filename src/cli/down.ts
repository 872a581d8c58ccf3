import { stopEmbedded } from '../temporal/embedded.js';
import { stateFolder } from '../temporal/state.js';
import { stopWorker } from '../temporal/worker-process.js';
import { type Io, printJson } from './io.js';

export interface DownOptions {
  json?: boolean;
}

/**
 * `belay down`: ends the background worker (its running steps get 30 s) and the embedded Temporal. What is under way
 * goes on where it stood with the next `belay up`. A service of the user's own is left alone.
 */
export async function down({ json = false }: DownOptions, io: Io): Promise<number> {
  const say = (line: string) => io.stderr(`${line}\n`);
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
