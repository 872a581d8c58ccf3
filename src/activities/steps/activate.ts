import { makeChange, previousOf, sharedPaths } from '../change/make-change.js';
import type { Step } from '../runtime/dependencies.js';

/** Makes the app's path lead to the new release; the first time, adopts the directory that is there. */
export const activate: Step<'activate'> =
  ({ hosts }) =>
  async (input) => {
    const { app, deployment, plan, release, startedBy } = input;
    await makeChange(hosts, 'activate', input, {
      script: 'activate',
      args: [
        app.path,
        deployment,
        release,
        plan.previous.kind,
        previousOf(plan),
        JSON.stringify(deployment),
        JSON.stringify(startedBy),
        ...sharedPaths(app),
      ],
      minutes: 5,
      remedy: 'The old files are put back.',
    });
    return { active: release };
  };
