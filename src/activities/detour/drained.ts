import { setTimeout as sleep } from 'node:timers/promises';
import type { ChangeInput } from '../../domain/runbook/activities.js';
import type { HostSession } from '../../host/types.js';
import { fields } from '../../host/fields.js';
import { bindFields } from '../../host/keepers/bind-name.js';
import { bindOf } from '../change/make-change.js';
import { cancelSignal, progress } from '../runtime/context.js';

const everyMs = 250;
/** An old worker of nginx may be there for the sake of another site's websockets. */
const calmMs = 10_000;

/**
 * Waits until what is under way at the app's own address has come to its end, or until nginx has led elsewhere for as long as
 * `drain` says.
 */
export async function drained(session: HostSession, input: ChangeInput): Promise<void> {
  const { app } = input;
  const signal = cancelSignal();
  for (let calmSince = performance.now(); ;) {
    const seen = await underWay(session, input, signal);
    if (seen === undefined || seen.ledSecondsAgo >= (app.drainSeconds ?? 0)) return;
    const { open, oldWorkers, toCome } = seen;
    if (open + toCome > 0) calmSince = performance.now();
    else if (oldWorkers === 0 || performance.now() - calmSince > calmMs) return;
    progress({ text: `${open} connections and ${oldWorkers} of nginx’s old workers are still under way` });
    await sleep(everyMs, undefined, { signal });
  }
}

/** What is under way at the app's own address, and since when nginx leads elsewhere; undefined where that cannot be seen. */
export async function underWay(
  session: HostSession,
  input: ChangeInput,
  signal: AbortSignal,
): Promise<{ open: number; ledSecondsAgo: number; oldWorkers: number; toCome: number } | undefined> {
  const { app, deployment } = input;
  const asked = fields({ path: app.path, deployment, ...bindFields(bindOf(input)) });
  const { code, stdout } = await session.run('connections', [asked], { timeoutMs: 20_000, signal });
  if (code !== 0) return undefined;
  const [open = 0, ledSecondsAgo = 0, oldWorkers = 0, toCome = 0] = stdout.split(' ').map(Number);
  return { open, ledSecondsAgo, oldWorkers, toCome };
}
