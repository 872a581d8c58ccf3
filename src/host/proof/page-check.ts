import type { Page } from '../../domain/app/page.js';
import { redact } from '../../domain/secrets/text.js';
import { expectationOf, judge } from './judge.js';
import type { Judgement } from './judge.js';
import { pollUntilGood } from './poll.js';
import type { Polled, PollOptions } from './poll.js';
import type { ProbeResult } from './probe-answer.js';

export interface Checked<Result extends ProbeResult> {
  page: Page;
  polled: Polled<Result & Judgement>;
}

export interface CheckOptions<Result extends ProbeResult> extends Omit<PollOptions, 'isGood'> {
  /** Holds an answer against its page, where that is not to be done by the page alone. */
  judged?: (page: Page, result: Result) => Result & Judgement;
}

const atOnce = 4;

/**
 * Polls pages until each answers as it should, a few at a time, each with the whole deadline; the first failure ends the rest.
 * @returns the pages in their order, or up to and with the one that failed, which is the last
 * @throws what `ask` throws
 */
export async function checkPages<Result extends ProbeResult>(
  pages: readonly Page[],
  ask: (page: Page, signal: AbortSignal) => Promise<Result>,
  options: CheckOptions<Result>,
): Promise<{ good: Checked<Result>[]; failed?: Checked<Result> }> {
  const ended = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, ended.signal]) : ended.signal;
  const results = new Map<number, Checked<Result>>();
  let failed: Checked<Result> | undefined;
  let broken: Error | undefined;
  const queue = pages.entries();
  const judged: (page: Page, result: Result) => Result & Judgement = options.judged ?? judge;

  const work = async (): Promise<void> => {
    // The workers share one queue.
    for (const [index, page] of queue) {
      const asked = async () => judged(page, await ask(page, signal));
      const polled = await pollUntilGood(asked, { ...options, isGood: ({ good }) => good, signal });
      if (polled.ok) results.set(index, { page, polled });
      else {
        failed ??= { page, polled };
        ended.abort();
      }
    }
  };
  const workers = Array.from({ length: Math.min(atOnce, pages.length) }, () =>
    work().catch((error: unknown) => {
      broken ??= error instanceof Error ? error : new Error(String(error));
      ended.abort();
    }),
  );
  await Promise.all(workers);
  options.signal?.throwIfAborted();
  const good = [...results].sort(([a], [b]) => a - b).map(([, checked]) => checked);
  if (failed) return { good, failed };
  if (broken) throw broken;
  return { good };
}

/** What was expected of a page, and what came. */
export function expectedPage({ page, polled }: Checked<ProbeResult>): string {
  return `GET ${page.at} was expected to answer ${expectationOf(page)}; it ${describeFailure(polled)}`;
}

/** `answered 500`, with what the page says at its beginning. */
export function describeFailure({
  last,
  asked,
}: Pick<Polled<ProbeResult & Partial<Judgement>>, 'last' | 'asked'>): string {
  const { status, error, bodyStart, location, unmet } = last;
  const came = status === null ? `got no answer (${error ?? 'no reason given'})` : `answered ${status}`;
  const why = status !== null && error !== undefined ? `, ${error}` : '';
  const redirect = location === undefined ? '' : `, leading to ${location}`;
  const text = unmet !== undefined || (status !== null && status >= 400) ? firstWords(bodyStart) : '';
  const but = unmet === undefined ? '' : `, but ${unmet}`;
  return `${came}${why}${redirect}${but}${text === '' ? '' : `, saying “${text}”`}, asked ${asked === 1 ? 'once' : `${asked} times`}`;
}

/** The first words of a page, without its markup. */
function firstWords(body: string): string {
  const text = body
    .replace(/<(script|style)[^>]*>[^]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const shown = redact(text);
  return shown.length > 160 ? `${shown.slice(0, 160)}…` : shown;
}
