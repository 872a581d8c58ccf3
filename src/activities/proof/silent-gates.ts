import { randomBytes } from 'node:crypto';
import type { Gate } from '../../domain/app/gate.js';
import type { Look, SilentAnswer } from '../../domain/runbook/activities.js';
import type { Front, GatePage } from '../../domain/nginx/gates/gates.js';
import type { Plan } from '../../domain/plan/plan.js';
import { probeNginx } from '../../host/proof/probe-nginx.js';
import type { ProbeResult } from '../../host/proof/probe-answer.js';
import { lookedAtBytes, lookOf } from './look.js';
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
  if (front === undefined) return [];
  const answers = (front.asks ?? []).map(async (ask, index): Promise<SilentAnswer[]> => {
    const [status, page] = await Promise.all([
      askTrial(session, front, ask, signal),
      ask.standsIn === undefined ? undefined : askLook(session, front, ask, signal),
    ]);
    if (status === undefined || signal.aborted) return [];
    return [{ ask: index, status, ...(page === undefined ? {} : { page }) }];
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
  const nobodys = newWord();
  const url = isFolder(trial) ? `${trial}${nobodys}` : `${trial}?${nobodys}`;
  return (await asked(session, gates, url, { gate, signal }))?.status;
}

/** What the page at a gate looks like, asked for with a query that no cache knows; undefined where it could not be asked. */
export async function askLook(
  session: HostSession,
  { gates }: Front,
  { url, gate }: GatePage,
  signal: AbortSignal | undefined,
): Promise<Look | undefined> {
  const word = newWord();
  const answer = await asked(session, gates, withWord(url, word), { gate, signal });
  return answer && lookOf(answer, word);
}

/** A word that nobody has asked for before. */
export function newWord(): string {
  return `belay-${randomBytes(6).toString('hex')}`;
}

/** A URL, or a path, with the word as its query or behind it. */
export function withWord(url: string, word: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}${word}`;
}

async function asked(
  session: HostSession,
  gates: readonly Gate[],
  url: string,
  { gate, signal }: { gate: Gate; signal: AbortSignal | undefined },
): Promise<ProbeResult | undefined> {
  try {
    const options = { timeoutMs: askMs, follow: false, at: gate, keepBytes: lookedAtBytes };
    return await probeNginx(session, gates, url, { ...options, ...(signal ? { signal } : {}) });
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
