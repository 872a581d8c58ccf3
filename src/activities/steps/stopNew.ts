import { makeChange } from '../change/make-change.js';
import type { Step } from '../runtime/dependencies.js';

/**
 * Undoes `start`: ends everything of the new release, what was stopped and came back with its files too, and puts back the
 * definition that was there.
 */
export const stopNew: Step<'stopNew'> =
  ({ hosts }) =>
  async (input) => {
    await makeChange(hosts, 'stopNew', input, {
      script: 'stop-new',
      minutes: 5,
      remedy: 'It is tried again.',
    });
  };
