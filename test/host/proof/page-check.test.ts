import { describe, expect, it } from 'vitest';
import { pageOf, type Page } from '../../../src/domain/app/page.js';
import { checkPages, describeFailure } from '../../../src/host/proof/page-check.js';
import type { ProbeResult } from '../../../src/host/proof/probe-answer.js';

const answer = (status: number | null, more: Partial<ProbeResult> = {}): ProbeResult => ({
  status,
  durationMs: 1,
  bodyStart: '',
  ...more,
});
const options = { deadlineMs: 200, everyMs: 1 };

describe('checking pages', () => {
  it('tells all that are good, in their order', async () => {
    const pages = ['/', '/a', '/b', '/c', '/d', '/e'].map(pageOf);
    const { good, failed } = await checkPages(pages, () => Promise.resolve(answer(200)), options);
    expect(failed).toBeUndefined();
    expect(good.map(({ page }) => page)).toEqual(pages);
  });

  it('ends the others at the first that fails', async () => {
    const ask = ({ at }: Page) => Promise.resolve(answer(at === '/b' ? 500 : at === '/slow' ? 502 : 200));
    const { failed } = await checkPages(['/', '/b', '/slow'].map(pageOf), ask, {
      ...options,
      deadlineMs: 60_000,
      settledMs: 10,
    });
    expect(failed).toMatchObject({ page: { at: '/b' }, polled: { last: { status: 500 } } });
  });

  it('throws what asking threw', async () => {
    const lost = new Error('the connection was lost');
    const ask = ({ at }: Page) => (at === '/a' ? Promise.reject(lost) : Promise.resolve(answer(502)));
    await expect(
      checkPages(['/', '/a', '/b'].map(pageOf), ask, { ...options, deadlineMs: 60_000 }),
    ).rejects.toBe(lost);
  });

  it('stops when the step is cancelled', async () => {
    const cancel = new AbortController();
    const checking = checkPages([pageOf('/')], () => Promise.resolve(answer(502)), {
      ...options,
      deadlineMs: 60_000,
      signal: cancel.signal,
    });
    cancel.abort(new Error('cancelled'));
    await expect(checking).rejects.toThrow('cancelled');
  });
});

describe('a failure as it is told', () => {
  const told = (last: ProbeResult) => describeFailure({ last, asked: 3 });

  it('says what the page says, without markup and secrets', () => {
    const page =
      '<html><style>p{}</style><h1>Internal  Server Error</h1><p>postgres://app:hunter2@db/words</p>';
    const text = told(answer(500, { bodyStart: page }));
    expect(text).toContain('answered 500, saying “Internal Server Error postgres://');
    expect(text).not.toContain('hunter2');
  });

  it('says why there was no answer', () => {
    expect(told(answer(null, { error: 'connection refused: nothing listens there' }))).toBe(
      'got no answer (connection refused: nothing listens there), asked 3 times',
    );
  });
});
