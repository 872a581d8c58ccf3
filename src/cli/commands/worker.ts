import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { workerEntry } from '../../temporal/worker/code-version.js';
import { startEmbedded } from '../../temporal/server/embedded.js';
import { isExternal } from '../../temporal/service.js';
import type { Io } from '../terminal/io.js';
import { importModule } from '../import-module.js';
import { UserError } from '../terminal/user-error.js';

export type WorkerCommandOptions = Record<string, never>;

/** `belay worker`: a worker in the foreground, until Ctrl-C or SIGTERM; starts the embedded Temporal where that is used. */
export async function worker(_options: WorkerCommandOptions, io: Io): Promise<number> {
  if (!existsSync(workerEntry)) throw new UserError(`${workerEntry} is missing; build it: npm run build`, 1);
  if (!isExternal()) await startEmbedded((line) => io.stderr(`${line}\n`));
  // Loading the module runs the worker; it logs to stderr by itself.
  await importModule(pathToFileURL(workerEntry).href);
  return Number(process.exitCode ?? 0);
}
