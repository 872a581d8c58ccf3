import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { within } from '../../../src/host/ssh/within.js';

const late = () => new Error('late');

test('gives what the work gives, in time, and leaves no timer behind', async () => {
  vi.useFakeTimers();
  try {
    expect(await within(1000, Promise.resolve('done'), late)).toBe('done');
    await expect(within(1000, Promise.reject(new Error('its own')), late)).rejects.toThrow('its own');
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test('ends the wait, not the work, whose later failure troubles nobody', async () => {
  const work = sleep(30).then(() => Promise.reject(new Error('too late to matter')));
  await expect(within(5, work, late)).rejects.toThrow('late');
  await sleep(40);
});
