import { randomBytes } from 'node:crypto';
import type { SilentAnswer } from '../../domain/runbook/activities.js';
import type { Front, GatePage } from '../../domain/nginx/gates.js';
import type { Plan } from '../../domain/plan/plan.js';
import { probeNginx } from '../../host/proof/probe-nginx.js';
import { HostError, type HostSession } from '../../host/types.js';

const askMs = 2_000;

/**
 * Asks nginx at every gate for a page that nobody knows, while the app is stopped: what is answered all the same is not the
 * app's. Never fails; what could not be asked in time is left out.
 */
export async function askWhileSilent(
  session: HostSession,
  { front }: Pick<Plan, 'front'>,
  signal: AbortSignal,
): Promise<SilentAnswer[]> {
  const answers = (front?.asks ?? []).map(async (ask, index): Promise<SilentAnswer[]> => {
    const status = front === undefined ? undefined : await askTrial(session, front, ask, signal);
    return status === undefined || signal.aborted ? [] : [{ ask: index, status }];
  });
  return (await Promise.all(answers)).flat();
}

/** The status that a gate gives for a page that nobody knows; undefined where there is none to ask for. */
export async function askTrial(
  session: HostSession,
  { gates }: Front,
  { trial, gate }: GatePage,
  signal: AbortSignal | undefined,
): Promise<number | null | undefined> {
  if (trial === undefined) return undefined;
  const nobodys = `belay-${randomBytes(6).toString('hex')}`;
  const url = isFolder(trial) ? `${trial}${nobodys}` : `${trial}?${nobodys}`;
  try {
    const options = { timeoutMs: askMs, follow: false, at: gate, ...(signal ? { signal } : {}) };
    return (await probeNginx(session, gates, url, options)).status;
  } catch (error) {
    // The connection to the host is the step's own matter.
    if (error instanceof HostError) return undefined;
    throw error;
  }
}

/** Whether what is asked for lies below it: a path of its own, which no cache and no file can know. */
export function isFolder(trial: string): boolean {
  return trial.endsWith('/');
}
