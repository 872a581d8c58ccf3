import { makeChange, saidOf } from '../change/make-change.js';
import { drained } from '../detour/drained.js';
import type { Step } from '../runtime/dependencies.js';

/** Runs `hooks.before`, stops what serves, and waits until nothing listens at the app's address. */
export const stop: Step<'stop'> =
  ({ hosts }) =>
  async (input) => {
    const { app, plan } = input;
    // Nobody new comes there since nginx leads elsewhere.
    if (plan.strategy?.takes === 'detour') await drained(await hosts.session(input.reach), input);
    const output = await makeChange(hosts, 'stop', input, {
      script: 'stop',
      list: app.hooks.before,
      minutes: 10,
      remedy: 'The old version is started again.',
    });
    return { stopped: saidOf(output) };
  };
