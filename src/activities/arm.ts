import { unitName } from '../domain/release.js';
import { makeChange } from './changing.js';
import type { Step } from './dependencies.js';

/** Arms the dead man's switch with the way back that `backUp` laid down on the host. */
export const arm: Step<'arm'> =
  ({ hosts }) =>
  async (input) => {
    const { app, deployment } = input;
    await makeChange(hosts, 'arm', input, {
      script: 'arm',
      args: [app.path, deployment, unitName(app), String(app.deadmanSeconds ?? 0)],
      minutes: 2,
      remedy: 'The old version was not touched.',
    });
  };
