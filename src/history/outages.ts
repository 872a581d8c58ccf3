import { isStep, steps as runbook } from '../domain/runbook/steps.js';
import type { Outage } from '../domain/runbook/outcome.js';
import type { DeploymentView } from './view.js';

/**
 * When the site did not serve: as the host measured it; else from the stop to the start of the version that was then proved, as
 * the workflow counts it. None where the workflow counted none, because nothing served before.
 */
export function outagesOf({ steps, result, endedAt }: DeploymentView): Outage[] {
  if (result === null || result.downtimeSeconds === 0) return [];
  if (result.outages !== undefined) return result.outages;
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
