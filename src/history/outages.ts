import { isStep, steps as runbook } from '../domain/runbook/steps.js';
import type { DeploymentView } from './view.js';

/** A time without the site, in milliseconds since the epoch. */
export interface Outage {
  from: number;
  to: number;
}

/**
 * When the site did not serve: from the stop to the start of the version that was then proved, as the workflow counts it.
 * None where the workflow counted none, because nothing served before.
 */
export function outagesOf({ steps, result, endedAt }: DeploymentView): Outage[] {
  if (result === null || result.downtimeSeconds === 0) return [];
  const outages: Outage[] = [];
  let from: number | undefined;
  let answered = 0;
  for (const step of steps) {
    const outage = isStep(step.name) ? runbook[step.name].outage : 'none';
    if (outage === 'begins') from ??= step.startedAt;
    if (outage === 'answers') answered = step.endedAt ?? answered;
    if (outage === 'ends' && step.status === 'done' && from !== undefined) {
      outages.push({ from, to: Math.max(from, answered) });
      from = undefined;
    }
  }
  if (from !== undefined) outages.push({ from, to: endedAt ?? Date.now() });
  return outages;
}
