import { startEmbedded, type Embedded } from './embedded.js';
import { TemporalError } from '../error.js';
import { isExternal, service, type Service } from '../service.js';
import { startWorker, type WorkerProcess } from '../worker/process.js';

export interface Up {
  service: Service;
  /** Present where it is belay's own. */
  server?: Embedded & { startedNow: boolean };
  worker?: WorkerProcess & { startedNow: boolean };
}

/**
 * Brings up what belay needs: its own server, unless the environment names a service, and a worker in the background.
 * @param options.worker `always`, or only beside the embedded server: a service of the user's own has workers of its own.
 * @throws TemporalError
 */
export async function bringUp(
  say: (line: string) => void,
  { worker: wanted }: { worker: 'always' | 'embedded' },
): Promise<Up> {
  // The worker loads its code while the server starts. Where that comes to another address, the worker is started anew.
  let early: Promise<{ worker: WorkerProcess; started: boolean } | undefined> = Promise.resolve(undefined);
  const startEarly = () => {
    const begun = service();
    if (begun !== undefined) early = early.then(() => startWorker(begun, say)).catch(() => undefined);
  };
  const up = isExternal() ? undefined : await startEmbedded(say, startEarly);
  const before = await early;
  const found = service();
  if (!found)
    throw new TemporalError('the embedded Temporal ended as soon as it had started; try again: belay up');
  const worker = wanted === 'always' || up ? await startWorker(found, say) : undefined;
  const startedNow = worker?.started === true || before?.started === true;
  return {
    service: found,
    ...(up && { server: { ...up.server, startedNow: up.started } }),
    ...(worker && { worker: { ...worker.worker, startedNow } }),
  };
}
