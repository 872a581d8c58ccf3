import { makeChange } from '../change/make-change.js';
import type { Step } from '../runtime/dependencies.js';

/** Disarms the dead man's switch, because a person is asked: what they look at must not change by itself. */
export const disarm: Step<'disarm'> =
  ({ hosts }) =>
  async (input) => {
    await makeChange(hosts, 'disarm', input, {
      script: 'disarm',
      minutes: 2,
      remedy: 'It is tried again.',
    });
  };
