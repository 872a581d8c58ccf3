import type { ChangeInput, SilentAnswer } from '../../domain/runbook/activities.js';
import { probe } from '../../host/proof/probe.js';
import { nothingListens, type HostSession } from '../../host/types.js';
import { bindOf } from '../change/make-change.js';
import { cancelSignal } from '../runtime/context.js';
import { askWhileSilent } from '../proof/silent-gates.js';

const askMs = 2_000;

/** Whether visitors have an answer while the app is stopped: in a detour, behind a socket unit, of a cluster that is reloaded. */
export function isAnswered({ plan }: ChangeInput): boolean {
  const { takes = 'restart' } = plan.strategy ?? {};
  return takes !== 'restart' || plan.unit?.socket !== undefined || plan.entry?.reloads === true;
}

/**
 * What nginx answers while the app is stopped, asked while the host goes on by itself: none of it counts unless nothing listened at
 * the app's address still when the last answer was there.
 */
export async function silentMeanwhile(session: HostSession, input: ChangeInput): Promise<SilentAnswer[]> {
  const signal = AbortSignal.any([cancelSignal(), AbortSignal.timeout(askMs)]);
  const answers = await askWhileSilent(session, input.plan, signal);
  if (answers.length === 0) return [];
  const own = await probe(session, bindOf(input), '/', { timeoutMs: askMs, signal }).catch(() => undefined);
  return own?.error === nothingListens ? answers : [];
}
