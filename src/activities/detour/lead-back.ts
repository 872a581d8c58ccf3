import type { ChangeInput } from '../../domain/runbook/activities.js';
import type { HostSession, Hosts } from '../../host/types.js';
import { expectedPage } from '../../host/proof/page-check.js';
import { makeChange } from '../change/make-change.js';
import { notProved } from '../proof/not-proved.js';
import { askNginx } from '../proof/through-nginx.js';
import { cancelSignal } from '../runtime/context.js';

const polling = { deadlineMs: 20_000, everyMs: 20, settledMs: 2_000, good: 1 };

/**
 * Has the host lead nginx back, wait for what is under way at the spare address, and end what serves there.
 * @returns what there is to say of it besides
 */
export async function leadBack(
  hosts: Hosts,
  step: 'leaveDetour' | 'undoDetour',
  input: ChangeInput,
): Promise<string[]> {
  const drain = input.app.drainSeconds ?? 0;
  const output = await makeChange(hosts, step, input, {
    script: 'undo-detour',
    fields: { drain },
    minutes: 5 + Math.ceil(drain / 60),
    remedy: 'Visitors are served at the spare address until then. Mend what is named; it is tried again.',
  });
  return output.split('\n').filter((line) => /meanwhile|are cut/.test(line));
}

/**
 * Asks for pages through nginx, which has to find who answers.
 * @param deadlineMs after which an answer that is no good one counts
 * @throws HostError VerificationFailed
 */
export async function answerThroughGates(
  session: HostSession,
  input: Pick<ChangeInput, 'app' | 'plan'>,
  deadlineMs = polling.deadlineMs,
): Promise<string[]> {
  // What a page has to be like is for verify to say, and for the release that belay.yml speaks of.
  const app = { ...input.app, verify: { ...input.app.verify, external: [] } };
  const asked = { app, plan: input.plan };
  const { evidence, failed } = await askNginx(session, asked, {
    ...polling,
    deadlineMs,
    signal: cancelSignal(),
  });
  if (failed === undefined) return evidence;
  throw notProved({
    where: `${session.alias}, asking nginx on the host itself after it was led elsewhere`,
    faults: [expectedPage(failed)],
    remedy: 'Look at nginx’s error log, and deploy again.',
  });
}
