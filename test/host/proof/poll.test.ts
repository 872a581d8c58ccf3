import { describe, expect, it } from 'vitest';
import { pollUntilGood } from '../../../src/host/proof/poll.js';
import type { ProbeResult } from '../../../src/host/proof/probe-answer.js';

/** Answers one after the other; the last one for ever. */
function answers(...statuses: (number | null)[]): () => Promise<ProbeResult> {
  let index = 0;
  return () => {
    const status = statuses[Math.min(index, statuses.length - 1)] ?? null;
    index += 1;
    const error = status === null ? 'connection refused' : undefined;
    return Promise.resolve({ status, durationMs: 1, bodyStart: '', ...(error ? { error } : {}) });
  };
}

const quick = { everyMs: 1, deadlineMs: 5000 };

describe('polling', () => {
  it('wants several good answers in a row', async () => {
    expect(await pollUntilGood(answers(null, 200, 200, 502, 200, 204, 301), quick)).toMatchObject({
      ok: true,
      asked: 7,
      last: { status: 301 },
    });
  });

  it('ends at the deadline with the failure that came last', async () => {
    const polled = await pollUntilGood(answers(200, null, 502), { everyMs: 1, deadlineMs: 50 });
    expect(polled).toMatchObject({ ok: false, last: { status: 502 } });
  });

  it('ends early where the app itself keeps on failing', async () => {
    const started = Date.now();
    const polled = await pollUntilGood(answers(null, 502, 500), {
      everyMs: 1,
      deadlineMs: 60_000,
      settledMs: 50,
    });
    expect(polled).toMatchObject({ ok: false, last: { status: 500 } });
    expect(Date.now() - started).toBeLessThan(20_000);
  });

  it('does not end early while nginx finds no app', async () => {
    expect(
      await pollUntilGood(answers(...Array<number>(100).fill(502), 200), { ...quick, settledMs: 5 }),
    ).toMatchObject({ ok: true });
  });

  it('asks more slowly where it is told to', async () => {
    const at: number[] = [];
    const ask = answers(503, 503, 503, 200);
    const timed = (): Promise<ProbeResult> => {
      at.push(performance.now());
      return ask();
    };
    expect(await pollUntilGood(timed, { everyMs: 10, deadlineMs: 5000 })).toMatchObject({ ok: true });
    expect((at[3] ?? 0) - (at[2] ?? 0)).toBeGreaterThan(70);
  });

  it('stops when the step is cancelled', async () => {
    const cancel = new AbortController();
    const polling = pollUntilGood(answers(null), { ...quick, signal: cancel.signal });
    cancel.abort(new Error('cancelled'));
    await expect(polling).rejects.toThrow();
  });
});
