import type { DeploymentState, DeploymentStep, DeploymentView, Message } from './view.js';
import type { Plan } from '../domain/plan/plan.js';

/** One thing that happened between two looks at a deployment. */
export type Change =
  | { kind: 'start'; at: number }
  | { kind: 'step-begin' | 'step-retry' | 'step-end'; at: number; step: DeploymentStep }
  | { kind: 'plan'; at: number; plan: Plan }
  | { kind: 'message'; at: number; message: Message }
  | { kind: 'held'; at: number; why: string }
  | { kind: 'state'; at: number; state: DeploymentState };

/**
 * What happened since the last look, in order of time: what the renderers tell one by one.
 * @param before null for the first look, which tells everything so far
 */
export function changesBetween(before: DeploymentView | null, now: DeploymentView): Change[] {
  const changes: Change[] = before === null ? [{ kind: 'start', at: now.startedAt }] : [];
  now.steps.forEach((step, index) => changes.push(...stepChanges(before?.steps[index], step)));
  if (now.plan !== null && now.plan.digest !== before?.plan?.digest) {
    changes.push({ kind: 'plan', at: now.plannedAt ?? now.startedAt, plan: now.plan });
  }
  for (const message of now.messages.slice(before?.messages.length ?? 0)) {
    changes.push({ kind: 'message', at: message.at, message });
  }
  if (now.held !== null && now.held !== before?.held)
    changes.push({ kind: 'held', at: Date.now(), why: now.held });
  changes.push(...stateChanges(before, now));
  // sort is stable: what happened in the same millisecond stays in the order of the runbook.
  return changes.sort((a, b) => a.at - b.at || ranks[a.kind] - ranks[b.kind]);
}

/** Of what happened in the same millisecond: what ended, then why something else begins, then that, then its trouble. */
const ranks: Record<Change['kind'], number> = {
  start: 0,
  'step-end': 1,
  plan: 2,
  message: 2,
  state: 3,
  'step-begin': 4,
  'step-retry': 5,
  held: 5,
};

function stateChanges(before: DeploymentView | null, now: DeploymentView): Change[] {
  const changes: Change[] = [];
  const turned = turnedBackAt(now);
  // Told also where it is over already.
  if (turned !== null && (before === null || turnedBackAt(before) === null)) {
    changes.push({ kind: 'state', at: turned, state: 'rolling-back' });
  }
  const { state } = now;
  if (state !== before?.state && state !== 'running' && state !== 'rolling-back') {
    changes.push({ kind: 'state', at: now.endedAt ?? Date.now(), state });
  }
  return changes;
}

/** When the way back began; removing the stage is tidying up. */
function turnedBackAt({ steps }: DeploymentView): number | null {
  return steps.find(({ kind, name }) => kind === 'undo' && name !== 'unstage')?.startedAt ?? null;
}

function stepChanges(before: DeploymentStep | undefined, step: DeploymentStep): Change[] {
  const changes: Change[] = [];
  if (before === undefined) changes.push({ kind: 'step-begin', at: step.startedAt, step });
  const retries =
    step.status === 'retrying' && (before?.status !== 'retrying' || before.attempts < step.attempts);
  if (retries) changes.push({ kind: 'step-retry', at: step.startedAt, step });
  if (step.endedAt !== null && before?.endedAt == null)
    changes.push({ kind: 'step-end', at: step.endedAt, step });
  return changes;
}
