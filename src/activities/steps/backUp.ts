import {
  bindArguments,
  bindOf,
  makeChange,
  managerOfChange,
  oldBindOf,
  pm2Program,
  previousOf,
  stopArguments,
} from '../change/make-change.js';
import type { Step } from '../runtime/dependencies.js';
import { wayBackFiles } from '../change/way-back-files.js';

/**
 * Keeps on the host what the way back needs: what the path was, how each thing ran that will be stopped, and the way back
 * itself as a program, for when nobody is left to take it from outside.
 */
export const backUp: Step<'backUp'> =
  ({ hosts }) =>
  async (input) => {
    const { app, deployment, number, plan } = input;
    await makeChange(hosts, 'backUp', input, {
      script: 'back-up',
      args: [
        app.path,
        String(number),
        deployment,
        ...(await managerOfChange(input).arguments()),
        plan.previous.kind,
        previousOf(plan),
        ...bindArguments(oldBindOf(plan) ?? bindOf(input)),
        await pm2Program(),
        ...stopArguments(plan.stops),
      ],
      input: await wayBackFiles(input),
      minutes: 5,
      remedy: 'The old version was not touched.',
    });
    return { previous: plan.previous };
  };
