import { drawNumber } from '../host/fence.js';
import type { Step } from './dependencies.js';

/** Draws the number of the way back, after which nothing that a step began is running any more. */
export const takeBack: Step<'takeBack'> =
  ({ hosts }) =>
  async ({ app, reach, deployment, startedBy }) => {
    const session = await hosts.session(reach);
    return {
      number: await drawNumber(session, { path: app.path, deployment, by: startedBy, takeBack: true }),
    };
  };
