import { drawNumber } from '../../host/door/fence.js';
import type { Step } from '../runtime/dependencies.js';

/** Draws the number under which this deployment changes the host. */
export const claim: Step<'claim'> =
  ({ hosts }) =>
  async ({ app, reach, deployment, startedBy, plan }) => {
    const session = await hosts.session(reach);
    const number = await drawNumber(session, {
      path: app.path,
      deployment,
      by: startedBy,
      expected: plan.fenceNumber,
    });
    return { number };
  };
