import { drawNumber, drawUnchanged } from '../../host/door/fence.js';
import type { Step } from '../runtime/dependencies.js';

/** Draws the number under which this deployment changes the host; with a footing only while that is as it was. */
export const claim: Step<'claim'> =
  ({ hosts }) =>
  async ({ app, reach, deployment, startedBy, plan, footing }) => {
    const session = await hosts.session(reach);
    const draw = { path: app.path, deployment, by: startedBy, expected: plan.fenceNumber };
    if (footing === undefined) return { number: await drawNumber(session, draw) };
    return drawUnchanged(session, draw, footing);
  };
