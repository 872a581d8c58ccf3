import { describe, expect, it } from 'vitest';
import { changesBetween } from '../../src/history/changes.js';
import { HistoryBuilder } from './builder.js';

describe('what happened since the last look', () => {
  it('tells that a step began before it tells that an attempt at it failed', () => {
    const history = new HistoryBuilder();
    history.begin('inspect');
    const activityId = String(history.events.length);
    const lastFailure = { message: 'refused', applicationFailureInfo: { type: 'HostUnreachable' } };
    const now = history.view({ pending: [{ activityId, state: 1, attempt: 2, lastFailure }] });
    expect(changesBetween(null, now).map(({ kind }) => kind)).toEqual(['start', 'step-begin', 'step-retry']);
  });
});
