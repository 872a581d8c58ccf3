import type { DeploymentView } from './view.js';

/** A time without the site, in milliseconds since the epoch. */
export interface Outage {
  from: number;
  to: number;
}

const stopping = new Set(['stop', 'stopNew']);
const starting = new Set(['start', 'startOld']);
const proving = new Set(['verify', 'verifyOld']);

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
    if (stopping.has(step.name)) from ??= step.startedAt;
    if (starting.has(step.name)) answered = step.endedAt ?? answered;
    if (proving.has(step.name) && step.status === 'done' && from !== undefined) {
      outages.push({ from, to: Math.max(from, answered) });
      from = undefined;
    }
  }
  if (from !== undefined) outages.push({ from, to: endedAt ?? Date.now() });
  return outages;
}
