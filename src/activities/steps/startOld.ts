import { makeChange, oldReadySeconds, pm2Program } from '../change/make-change.js';
import type { Step } from '../runtime/dependencies.js';

/** Undoes `stop`: what served is started just as it ran before, and waited for. */
export const startOld: Step<'startOld'> =
  ({ hosts }) =>
  async (input) => {
    await makeChange(hosts, 'startOld', input, {
      script: 'start-old',
      args: [input.app.path, input.deployment, await pm2Program(), String(oldReadySeconds)],
      minutes: 10,
      remedy: 'It is tried again.',
    });
  };
