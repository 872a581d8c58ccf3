import { makeChange, sharedPaths } from '../change/make-change.js';
import { cancelSignal } from '../runtime/context.js';
import type { Step } from '../runtime/dependencies.js';
import { askWhileSilent } from '../proof/silent-gates.js';

const graceMs = 100;

/** Makes the app's path lead to the new release; the first time, adopts the directory that is there. */
export const activate: Step<'activate'> =
  ({ hosts }) =>
  async (input) => {
    const { app, deployment, plan, release, startedBy } = input;
    const asking = new AbortController();
    const session = await hosts.session(input.reach);
    // In a detour, behind a socket unit, and of a cluster that is reloaded, visitors have an answer meanwhile.
    const isHeld = plan.unit?.socket !== undefined || plan.entry?.reloads === true;
    const isAnswered = plan.strategy?.takes === 'detour' || isHeld;
    const answers = isAnswered
      ? []
      : askWhileSilent(session, plan, AbortSignal.any([cancelSignal(), asking.signal]));
    const activation = plan.ejects
      ? { script: 'eject' }
      : {
          script: 'activate',
          fields: { deploymentJson: JSON.stringify(deployment), byJson: JSON.stringify(startedBy) },
          list: sharedPaths(app),
        };
    const changed = makeChange(hosts, 'activate', input, {
      ...activation,
      minutes: 5,
      remedy: 'The old files are put back.',
    });
    // The site is down: whatever nginx has not said by then is not waited for.
    await changed.finally(() => setTimeout(() => asking.abort(), graceMs));
    const silent = await answers;
    return { active: release, ...(silent.length === 0 ? {} : { silent }) };
  };
