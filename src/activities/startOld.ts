import { makeChange, pm2Program } from './changing.js';
import type { Step } from './dependencies.js';

/** How long the old version may take until it listens. */
export const readySeconds = 60;

/** Undoes `stop`: what served is started just as it ran before, and waited for. */
export const startOld: Step<'startOld'> =
  ({ hosts }) =>
  async (input) => {
    await makeChange(hosts, 'startOld', input, {
      script: 'start-old',
      args: [input.app.path, input.deployment, await pm2Program(), String(readySeconds)],
      minutes: 10,
      remedy: 'It is tried again.',
    });
  };
