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
  const up = isExternal() ? undefined : await startEmbedded(say);
  const found = service();
  if (!found)
    throw new TemporalError('the embedded Temporal ended as soon as it had started; try again: belay up');
  const worker = wanted === 'always' || up ? await startWorker(found, say) : undefined;
  return {
    service: found,
    ...(up && { server: { ...up.server, startedNow: up.started } }),
    ...(worker && { worker: { ...worker.worker, startedNow: worker.started } }),
  };
}
