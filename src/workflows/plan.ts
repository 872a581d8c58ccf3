import { ApplicationFailure } from '@temporalio/workflow';
import type { DeployInput } from '../domain/messages.js';
import type { Plan } from '../domain/plan.js';
import { look } from './look.js';
import { Run } from './run.js';

/** What `deploy` would find and do. Its temporary stage is removed again; nothing on the host is changed. */
export async function plan(input: DeployInput): Promise<Plan> {
  const run = new Run(input);
  let planned: Plan | undefined;
  const result = await run.conclude(async () => {
    planned = (await look(run, input.artifact)).plan;
    return 'unchanged';
  });
  if (planned === undefined) throw ApplicationFailure.nonRetryable(result.cause ?? 'no plan', 'PlanFailed');
  return planned;
}
