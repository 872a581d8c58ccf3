import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { NativeConnection } from '@temporalio/worker';
import { boundLog } from '../server/background.js';
import { reason } from '../error.js';
import { pollerIdentities } from './pollers.js';
import { stateFolder } from '../state.js';
import { log } from './log.js';
import { removeReady, writeReady, type WorkerReady } from './ready.js';

const firstMs = 100;
const againMs = 15_000;

/**
 * Asks the service, again and again, whether it sees this worker among the pollers of belay's queue, and records each
 * yes. So readiness and health are the service's own word, not the worker's.
 * @returns ends it and takes the record away.
 */
export function startPulse(
  connection: NativeConnection,
  about: Omit<WorkerReady, 'seen'>,
): () => Promise<void> {
  const control = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let beating = Promise.resolve();
  const beat = async () => {
    let wait = firstMs;
    const seen = await isSeen(connection, about).catch((error: unknown) => {
      log(`the service does not answer: ${reason(error)}`);
      return null;
    });
    if (seen !== false) wait = againMs;
    try {
      if (seen) await writeReady(about);
      await boundLogs();
    } catch (error) {
      log(`the state folder cannot be written: ${reason(error)}`);
    }
    if (!control.signal.aborted) timer = setTimeout(next, wait);
  };
  const next = () => {
    beating = beat();
  };
  next();
  return async () => {
    control.abort();
    clearTimeout(timer);
    await beating;
    await removeReady(about.pid);
  };
}

async function isSeen(
  connection: NativeConnection,
  { namespace, identity }: Omit<WorkerReady, 'seen'>,
): Promise<boolean> {
  const pollers = await connection.withDeadline(Date.now() + 10_000, () =>
    pollerIdentities(connection, namespace),
  );
  return pollers.includes(identity);
}

/** The logs are bounded where they are made; a worker may run for months between two starts. */
async function boundLogs(): Promise<void> {
  const folder = join(stateFolder(), 'logs');
  let files: string[];
  try {
    files = readdirSync(folder);
  } catch {
    return;
  }
  for (const file of files) if (file.endsWith('.log')) await boundLog(join(folder, file));
}
