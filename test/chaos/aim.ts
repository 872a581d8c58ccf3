import { setTimeout as sleep } from 'node:timers/promises';
import type { DeploymentView } from '../../src/history/view.js';
import type { Deploying, World } from './world.js';

export const moments = { begin: 0, middle: 0.5, end: 0.9 };
export type Moment = keyof typeof moments;

/** Seconds that a step takes at least, as seen so far. */
const usual = new Map<string, number>();

/**
 * Waits for a moment within a step.
 * @param shift up to one tenth of the step's time, so that it is not always the same line that is hit
 * @returns false where the deployment ended without it
 */
export async function aimAt(
  world: World,
  { runId }: Deploying,
  { step, moment, shift = 0 }: { step: string; moment: Moment; shift?: number },
): Promise<boolean> {
  const deadline = Date.now() + 120_000;
  while (Date.now() < deadline) {
    const view = await world.view(runId);
    const taken = view?.steps.find(({ name }) => name === step);
    if (taken) {
      const lasts = (usual.get(step) ?? 0.5) * 1000;
      await sleep(Math.max(0, taken.startedAt + (moments[moment] + shift / 10) * lasts - Date.now()));
      return true;
    }
    if (view?.state === 'closed') return false;
    await sleep(20);
  }
  return false;
}

/** The steps that were under way at a time, in milliseconds since the epoch. */
export function stepsAt({ steps }: DeploymentView, time: number): string[] {
  return steps
    .filter(({ startedAt, endedAt }) => startedAt <= time && (endedAt ?? Infinity) >= time)
    .map(({ name }) => name);
}

/** Remembers how long steps take. */
export function learn({ steps }: DeploymentView): void {
  for (const { name, attempts, status, durationSeconds } of steps) {
    if (attempts !== 1 || status !== 'done') continue;
    usual.set(name, Math.min(durationSeconds, usual.get(name) ?? Infinity));
  }
}
