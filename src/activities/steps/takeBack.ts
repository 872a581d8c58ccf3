import { takeHostBack } from '../../host/door/fence.js';
import type { Step } from '../runtime/dependencies.js';

/** Draws the number of the way back, after which nothing that a step began still runs. */
export const takeBack: Step<'takeBack'> =
  ({ hosts }) =>
  async ({ app, reach, deployment, startedBy }) =>
    takeHostBack(await hosts.session(reach), { path: app.path, deployment, by: startedBy });
