import { makeChange } from '../change/make-change.js';
import { activation } from '../moment/activation.js';
import { isAnswered } from '../moment/silent.js';
import { cancelSignal } from '../runtime/context.js';
import type { Step } from '../runtime/dependencies.js';
import { askWhileSilent } from '../proof/silent-gates.js';

const graceMs = 100;

/** Makes the app's path lead to the new release; the first time, adopts the directory that is there. */
export const activate: Step<'activate'> =
  ({ hosts }) =>
  async ({ isMoment, ...input }) => {
    const asking = new AbortController();
    const session = await hosts.session(input.reach);
    // Where it is one moment, `stop` has asked: the app may serve again by now.
    const answers =
      isMoment === true || isAnswered(input)
        ? []
        : askWhileSilent(session, input.plan, AbortSignal.any([cancelSignal(), asking.signal]));
    const changed = makeChange(hosts, 'activate', input, activation(input));
    // The site is down: whatever nginx has not said by then is not waited for.
    await changed.finally(() => setTimeout(() => asking.abort(), graceMs));
    const silent = await answers;
    return { active: input.release, ...(silent.length === 0 ? {} : { silent }) };
  };
