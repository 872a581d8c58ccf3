import { makeChange, oldReadySeconds } from '../change/make-change.js';
import type { Step } from '../runtime/dependencies.js';

/** Undoes `stop`: what served is started just as it ran before, and waited for. */
export const startOld: Step<'startOld'> =
  ({ hosts }) =>
  async (input) => {
    await makeChange(hosts, 'startOld', input, {
      script: 'start-old',
      fields: { seconds: oldReadySeconds },
      minutes: 10,
      remedy: 'It is tried again.',
    });
  };
