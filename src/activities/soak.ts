import { setTimeout as sleep } from 'node:timers/promises';
import type { Activities } from '../domain/activities.js';
import { releaseFolder } from '../domain/release.js';
import { beginOf, readLog } from '../host/log.js';
import { describeFailure } from '../host/page-check.js';
import { isGoodAnswer } from '../host/poll.js';
import { probe } from '../host/probe.js';
import { proveProcess } from '../host/process-proof.js';
import { bindOf, managerOfChange } from './changing.js';
import { cancelSignal, progress } from './context.js';
import type { Step } from './dependencies.js';
import { hostHeaderOf, notProved } from './serving.js';

const everyMs = 1000;
const askMs = 5000;
/** So many failures in a row are no hiccup. */
const tolerated = 2;

/** Watches the new release for a while: it has to go on serving, without a restart. */
export const soak: Step<'soak'> = ({ hosts }) => {
  return async (input): ReturnType<Activities['soak']> => {
    const { app, reach, release, number } = input;
    const signal = cancelSignal();
    const session = await hosts.session(reach);
    const [bind, manager, page] = [bindOf(input), managerOfChange(input), app.verify.internal[0] ?? '/'];
    const expected = { manager, bind, tree: `${releaseFolder(app.path, release)}/tree`, release };
    const started = performance.now();
    let looks = 0;
    let slowestMs = 0;
    let inRow = 0;
    for (let seconds = 0; seconds < app.soakSeconds; seconds = (performance.now() - started) / 1000) {
      progress({ text: `soak ${Math.floor(seconds)} of ${app.soakSeconds} s` });
      const [proof, answer] = await Promise.all([
        proveProcess(session, expected, signal),
        probe(session, bind, page, { timeoutMs: askMs, hostHeader: hostHeaderOf(app), signal }),
      ]);
      signal.throwIfAborted();
      looks += 1;
      slowestMs = Math.max(slowestMs, answer.durationMs);
      const good = isGoodAnswer(answer);
      const faults = [
        ...proof.faults,
        ...(good ? [] : [`GET ${page} ${describeFailure({ ok: false, last: answer, asked: looks })}`]),
      ];
      inRow = faults.length === 0 ? 0 : inRow + 1;
      if (proof.state.restarts > 0 || inRow > tolerated) {
        throw notProved({
          where: `soak on ${session.alias}, after ${Math.round(seconds)} of ${app.soakSeconds} s`,
          faults,
          log: await readLog(session, manager.log, beginOf(app.path, number, 'start'), signal),
          remedy: 'The release started well but did not stay well: mend what its log says, and deploy again.',
        });
      }
      await sleep(everyMs, undefined, { signal });
    }
    return {
      evidence: [`${app.soakSeconds} s: ${looks} looks, no restart, GET ${page} in ${slowestMs} ms at most`],
    };
  };
};
