import { answerThroughGates, leadBack } from '../detour/lead-back.js';
import type { Step } from '../runtime/dependencies.js';

/** Undoes `detour` and the boot beside: visitors are at the app's own address again, and what served beside it has ended. */
export const undoDetour: Step<'undoDetour'> =
  ({ hosts }) =>
  async (input) => {
    await leadBack(hosts, 'undoDetour', input);
    // What failed before may fail again.
    const worked = input.plan.baseline.every(({ status }) => status !== null && status < 500);
    if (worked) await answerThroughGates(await hosts.session(input.reach), input);
  };
