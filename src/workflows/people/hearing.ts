import { ApplicationFailure, CancellationScope, sleep } from '@temporalio/workflow';
import { labelOf } from '../../domain/runbook/labels.js';
import type { StepName } from '../../domain/runbook/steps.js';
import type { Operator } from './operator.js';

/** So long may what a person interrupted take to let go. */
const letGoMs = 1_000;
/** So long may what tidies up take once nobody waits for it. */
const lastMs = 5_000;

/**
 * Does work that a person's word reaches at once, also while it waits: it is begun anew, or, where it is given up, let go of.
 * @throws ApplicationFailure where it is given up; what the work throws
 */
export async function hearing<Result>(
  operator: Operator,
  name: StepName,
  work: () => Promise<Result>,
): Promise<Result> {
  for (;;) {
    const heard = operator.retries;
    const scope = new CancellationScope();
    const done = scope.run(work).then((value) => ({ value }));
    const ended = await unlessFirst(done, () => operator.speaks(heard));
    if (ended !== undefined) return ended.value;
    scope.cancel();
    const letGo = await Promise.race([done.catch(() => undefined), sleep(letGoMs).then(() => undefined)]);
    if (letGo !== undefined) return letGo.value;
    if (operator.hasGivenUp) throw givenUp(name);
  }
}

/**
 * Tidies up: hears a person as any work does, and where the way back is given up already it has a few seconds.
 * @throws as hearing() does
 */
export async function hearingAtTheEnd<Result>(
  operator: Operator,
  name: StepName,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!operator.hasGivenUp) return hearing(operator, name, work);
  const scope = new CancellationScope();
  const done = scope.run(work).then((value) => ({ value }));
  const ended = await unlessFirst(done, () => sleep(lastMs));
  if (ended !== undefined) return ended.value;
  done.catch(() => undefined);
  scope.cancel();
  throw givenUp(name);
}

/**
 * Waits for work that is under way, and for nothing else once that is done.
 * @returns undefined where `other` comes first; the work goes on then
 * @throws what the work throws
 */
export async function unlessFirst<Result>(
  work: Promise<Result>,
  other: () => Promise<unknown>,
): Promise<Result | undefined> {
  const waiting = new CancellationScope();
  const first = waiting.run(other).then(() => undefined);
  first.catch(() => undefined);
  return Promise.race([work, first]).finally(() => waiting.cancel());
}

function givenUp(name: StepName): ApplicationFailure {
  return ApplicationFailure.nonRetryable(`${labelOf(name)}: given up before it came to an end`);
}
