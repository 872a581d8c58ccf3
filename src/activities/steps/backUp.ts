import { bindFields } from '../../host/keepers/bind-name.js';
import { addressOf, makeChange, oldBindOf } from '../change/make-change.js';
import { stopRecords } from '../change/stops.js';
import type { Step } from '../runtime/dependencies.js';
import { wayBackFiles } from '../change/way-back-files.js';

/**
 * Keeps on the host what the way back needs: what the path was, how each thing ran that will be stopped, and the way back
 * itself as a program, for when nobody is left to take it from outside.
 */
export const backUp: Step<'backUp'> =
  ({ hosts }) =>
  async (input) => {
    const { plan } = input;
    await makeChange(hosts, 'backUp', input, {
      script: 'back-up',
      fields: bindFields(oldBindOf(plan) ?? addressOf(input)),
      list: stopRecords(plan.stops),
      input: await wayBackFiles(input),
      minutes: 5,
      remedy: 'The old version was not touched.',
    });
    return { previous: plan.previous };
  };
