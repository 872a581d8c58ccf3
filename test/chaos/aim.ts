import { setTimeout as sleep } from 'node:timers/promises';
import { follow } from '../../src/cli/temporal/follow.js';
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
  const begun = await begins(world, runId, step);
  if (begun === undefined) return false;
  const lasts = (usual.get(step) ?? 0.5) * 1000;
  await sleep(Math.max(0, begun + (moments[moment] + shift / 10) * lasts - Date.now()));
  return true;
}

/** When a step begins, in milliseconds since the epoch; undefined where the deployment ends without it. */
async function begins(world: World, runId: string, step: string): Promise<number | undefined> {
  const run = { workflowId: world.workflowId, runId };
  for await (const { view } of follow(world.client, run, { signal: AbortSignal.timeout(120_000) })) {
    const taken = view.steps.find(({ name }) => name === step);
    if (taken) return taken.startedAt;
  }
  return undefined;
}

/** The steps that were under way at a time, in milliseconds since the epoch, or what was to come next; nothing at the end. */
export function stepsAt({ steps }: DeploymentView, time: number): string[] {
  const underWay = steps.filter(
    ({ startedAt, endedAt }) => startedAt <= time && (endedAt ?? Infinity) >= time,
  );
  if (underWay.length > 0) return underWay.map(({ name }) => name);
  const next = steps.find(({ startedAt }) => startedAt > time);
  return next ? [`before ${next.name}`] : [];
}

/** Remembers how long steps take. */
export function learn({ steps }: DeploymentView): void {
  for (const { name, attempts, status, durationSeconds } of steps) {
    if (attempts !== 1 || status !== 'done') continue;
    usual.set(name, Math.min(durationSeconds, usual.get(name) ?? Infinity));
  }
}
