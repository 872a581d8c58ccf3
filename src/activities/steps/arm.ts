import { makeChange } from '../change/make-change.js';
import type { Step } from '../runtime/dependencies.js';

/** Arms the dead man's switch with the way back that `backUp` laid down on the host. */
export const arm: Step<'arm'> =
  ({ hosts }) =>
  async (input) => {
    await makeChange(hosts, 'arm', input, {
      script: 'arm',
      fields: { seconds: input.app.deadmanSeconds ?? 0 },
      minutes: 2,
      remedy: 'The old version was not touched.',
    });
  };
