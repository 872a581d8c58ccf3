import { setCurrentDetails, workflowInfo, type RetryPolicy } from '@temporalio/workflow';
import { literal } from '../domain/text/markdown.js';
import type { HealthLook } from '../domain/runbook/activities.js';
import { judgeHealth, openTroubles, type HealthState } from '../domain/health/health.js';
import { faultOf, unwrapped } from '../domain/runbook/seal.js';
import type { HealthWatchInput, WatchState } from '../domain/runbook/messages.js';
import { healthNotice, type About } from '../domain/runbook/notice-text.js';
import { isSealed } from './step/admission.js';
import { causeOf } from './step/cause.js';
import { Notices } from './people/notices.js';
import { take } from './step/take.js';

const once: RetryPolicy = { maximumAttempts: 1 };
const hourMs = 60 * 60 * 1000;

/**
 * One look at an app that is deployed. Started by a schedule, whose next run begins with what this one returns; so what is
 * known goes from run to run, and no history grows.
 */
export async function healthWatch(input: HealthWatchInput): Promise<WatchState> {
  const { workflowId, runId } = workflowInfo();
  const { app: given, reach, askedAt } = input;
  const before = stateBefore();
  // The newest word counts: that of whoever asked for the watch, or of a deployment since.
  const known =
    before?.known && before.askedAt !== askedAt ? { ...before.known, app: undefined } : before?.known;

  const look = await take(
    'healthLook',
    `look at ${given.name} on ${reach.alias}`,
    { app: given, reach, known },
    once,
  ).catch(unseen);
  const now = Date.now();
  const { state, changes } = judgeHealth(before, look.seen, now);
  setCurrentDetails(detailsOf(state));

  const app = look.known?.app ?? known?.app ?? given;
  const about: About = { app, host: reach.alias, deployment: `${workflowId}@${runId}` };
  const notices = new Notices(app.notify);
  for (const change of changes) notices.tell(healthNotice(about, change));
  if (before !== undefined && Math.floor(now / hourMs) !== Math.floor(before.lookedAt / hourMs)) {
    // Where Temporal does not allow it, its own retention does it later.
    await take('forgetLooks', 'forget looks of yesterday', {}, once).catch(() => undefined);
  }
  await notices.settled();
  return { ...state, known: look.known ?? known, askedAt, untold: notices.untold };
}

/** What the run before returned; nothing where it is not a worker's with the key. */
function stateBefore(): WatchState | undefined {
  const { value, seal } = unwrapped(workflowInfo().lastResult as WatchState | undefined);
  return seal && isSealed() && faultOf(seal) !== null ? undefined : value;
}

/** A look that failed is one that found the host out of reach. */
function unseen(error: unknown): HealthLook {
  return { seen: { state: 'judged', troubles: [{ key: 'host', kind: 'host', text: causeOf(error) }] } };
}

function detailsOf(state: HealthState): string {
  const open = openTroubles(state).map(({ text }) => `- ${literal(text)}`);
  return [`**${state.verdict}**${state.why === undefined ? '' : ` — ${literal(state.why)}`}`, '', ...open]
    .join('\n')
    .trim();
}
