import { makeChange } from '../change/make-change.js';
import type { Step } from '../runtime/dependencies.js';

/** Undoes `quiesce`: units, pm2 entries and cron lines as they were. */
export const restoreTopology: Step<'restoreTopology'> =
  ({ hosts }) =>
  async (input) => {
    await makeChange(hosts, 'restoreTopology', input, {
      script: 'restore-topology',
      minutes: 10,
      remedy: 'It is tried again.',
    });
  };
