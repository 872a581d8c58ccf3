import { setTimeout as sleep } from 'node:timers/promises';
import type { ChangeInput } from '../../domain/runbook/activities.js';
import type { HostSession } from '../../host/types.js';
import { bindArguments, bindOf } from '../change/make-change.js';
import { cancelSignal, progress } from '../runtime/context.js';

const everyMs = 250;
/** An old worker of nginx may be there for the sake of another site's websockets. */
const calmMs = 10_000;

/**
 * Waits until what is under way at the app's own address has come to its end, or until nginx has led elsewhere for as long as
 * `drain` says.
 */
export async function drained(session: HostSession, input: ChangeInput): Promise<void> {
  const { app, deployment } = input;
  const signal = cancelSignal();
  const args = [app.path, deployment, ...bindArguments(bindOf(input))];
  for (let calmSince = performance.now(); ;) {
    const { code, stdout } = await session.run('connections', args, { timeoutMs: 20_000, signal });
    const [open = 0, seconds = 0, oldWorkers = 0] = stdout.split(' ').map(Number);
    if (code !== 0 || seconds >= (app.drainSeconds ?? 0)) return;
    if (open > 0) calmSince = performance.now();
    else if (oldWorkers === 0 || performance.now() - calmSince > calmMs) return;
    progress({ text: `${open} connections and ${oldWorkers} of nginx’s old workers are still under way` });
    await sleep(everyMs, undefined, { signal });
  }
}
