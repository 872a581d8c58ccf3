import { ApplicationFailure } from '@temporalio/workflow';
import { blocking } from '../domain/findings/finding.js';
import type { PlanOrder } from '../domain/runbook/messages.js';
import type { Plan } from '../domain/plan/plan.js';
import { look } from './runbook/look.js';
import { rehearsal } from './runbook/rehearsal.js';
import { Run } from './run/run.js';

/** What `deploy` would find and do. Its temporary stage is removed again; nothing on the host is changed. */
export async function plan(input: PlanOrder): Promise<Plan> {
  // It waits for nobody, and whoever called for it learns its end.
  const run = new Run({ ...input, app: { ...input.app, notify: [] } });
  let planned: Plan | undefined;
  const result = await run.conclude(async () => {
    let seen = await look(run, input.artifact);
    if (input.rehearse && seen.plan.unrehearsed === undefined && blocking(seen.plan.findings).length === 0)
      seen = await rehearsal(run, input.artifact, seen);
    planned = seen.plan;
    return 'unchanged';
  });
  if (planned === undefined) throw ApplicationFailure.nonRetryable(result.cause ?? 'no plan', 'PlanFailed');
  return planned;
}
