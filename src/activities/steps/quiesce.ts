import { makeChange, saidOf } from '../change/make-change.js';
import type { Step } from '../runtime/dependencies.js';

/** Stops, through its keeper, everything else that is on the app's port or path or would come there. */
export const quiesce: Step<'quiesce'> =
  ({ hosts }) =>
  async (input) => {
    if (!input.plan.stops.some(({ role }) => role === 'conflict')) return { quiesced: [] };
    const output = await makeChange(hosts, 'quiesce', input, {
      script: 'quiesce',
      minutes: 5,
      remedy: 'What was stopped is started again. Look at that process, then deploy again.',
    });
    return { quiesced: saidOf(output) };
  };
