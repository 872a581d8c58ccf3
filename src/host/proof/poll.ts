import { setTimeout as sleep } from 'node:timers/promises';
import type { ProbeResult } from './probe-answer.js';

export interface PollOptions<Result extends ProbeResult = ProbeResult> {
  /** For all of it. */
  deadlineMs: number;
  /** Good answers in a row that are enough; 3. */
  good?: number;
  /** Between an answer and the next question; 100. */
  everyMs?: number;
  /** An error that the app itself gives, or that asking does not mend, is final after this long; never without it. */
  settledMs?: number;
  /** Which answers are good; below 400 without an error. */
  isGood?: (result: Result) => boolean;
  /** Asked after each question without an answer: whether waiting on is of no use. */
  hopeless?: () => Promise<boolean>;
  signal?: AbortSignal;
}

export interface Polled<Result extends ProbeResult> {
  ok: boolean;
  /** The last good answer, or the failure that was seen last. */
  last: Result;
  /** How often it was asked. */
  asked: number;
}

/** An answer that a site gives while it works: no error, status below 400. */
export function isGoodAnswer({ status, error }: ProbeResult): boolean {
  return status !== null && status < 400 && error === undefined;
}

/**
 * Asks until enough good answers came in a row, or until waiting longer is of no use.
 * @throws what `ask` throws
 */
export async function pollUntilGood<Result extends ProbeResult>(
  ask: () => Promise<Result>,
  {
    deadlineMs,
    good = 3,
    everyMs = 100,
    settledMs = Infinity,
    isGood = isGoodAnswer,
    hopeless,
    signal,
  }: PollOptions<Result>,
): Promise<Polled<Result>> {
  const started = performance.now();
  let pauseMs = everyMs;
  let inRow = 0;
  let failure: Result | undefined;
  let settledSince = Infinity;
  for (let asked = 1; ; asked += 1) {
    const began = performance.now();
    const result = await ask();
    signal?.throwIfAborted();
    const now = performance.now();
    if (isGood(result)) {
      inRow += 1;
      settledSince = Infinity;
      if (inRow >= good) return { ok: true, last: result, asked };
    } else {
      inRow = 0;
      failure = result;
      settledSince = isLasting(result) ? Math.min(settledSince, began) : Infinity;
      // What limits the rate of visitors would refuse us for as long as we hurry.
      if (result.status === 429 || result.status === 503) pauseMs = Math.min(pauseMs * 2, 2000);
    }
    const late = now - started >= deadlineMs || now - settledSince >= settledMs;
    if (late || (result.status === null && (await hopeless?.()) === true))
      return { ok: false, last: failure ?? result, asked };
    await sleep(pauseMs, undefined, { signal });
  }
}

/** What the app itself answers: no gateway that finds no app, and neither of them that says to come back later. */
function isLasting({ status, lasting = false }: ProbeResult): boolean {
  if (lasting) return true;
  return status !== null && status >= 400 && ![429, 502, 503, 504].includes(status);
}
