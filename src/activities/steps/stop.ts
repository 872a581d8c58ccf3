import { makeChange, saidOf } from '../change/make-change.js';
import { drained } from '../detour/drained.js';
import { activation } from '../moment/activation.js';
import { isAnswered, silentMeanwhile } from '../moment/silent.js';
import { asBefore, startFiles, starting } from '../moment/starting.js';
import type { Step } from '../runtime/dependencies.js';

/**
 * Runs `hooks.before`, stops what serves, and waits until nothing listens at the app's address. Where it is one moment the host goes on by
 * itself then: `activate` and `start` find theirs, or follow it.
 */
export const stop: Step<'stop'> =
  ({ hosts }) =>
  async ({ isMoment, ...input }) => {
    const { app, plan } = input;
    const session = await hosts.session(input.reach);
    // Nobody new comes there since nginx leads elsewhere.
    if (plan.strategy?.takes === 'detour') await drained(session, input);
    const ask = {
      script: 'stop',
      list: app.hooks.before,
      minutes: 10,
      remedy: 'The old version is started again.',
    };
    if (isMoment !== true) return { stopped: saidOf(await makeChange(hosts, 'stop', input, ask)) };

    // An app that becomes a folder again is started by what it was started by.
    const files = plan.ejects
      ? {}
      : { fields: { ...asBefore(input), early: 'yes' }, input: await startFiles(input) };
    const output = await makeChange(hosts, 'stop', input, { ...ask, ...files }, [
      ['activate', activation(input)],
      ['start', await starting(input)],
    ]);
    const silent = isAnswered(input) ? [] : await silentMeanwhile(session, input);
    return { stopped: saidOf(output), silent };
  };
