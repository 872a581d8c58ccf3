import { ApplicationFailure, CancellationScope } from '@temporalio/workflow';
import { blocking } from '../domain/findings/finding.js';
import type { Plan } from '../domain/plan/plan.js';
import { failureTypes } from '../domain/runbook/failure.js';
import type { EjectInput } from '../domain/runbook/messages.js';
import type { DeployResult } from '../domain/runbook/outcome.js';
import { approval } from './runbook/approval.js';
import { causeOf } from './step/cause.js';
import { change } from './runbook/change.js';
import { Run } from './run/run.js';
import { take } from './step/take.js';

/** Gives an app's server back as a person would have set it up by hand; belay leaves nothing of its own there. */
export async function eject(input: EjectInput): Promise<DeployResult> {
  // What serves is served on: nothing is built, rehearsed or led elsewhere, and no hook belongs to that.
  const app = {
    ...input.app,
    rehearse: false,
    strategy: 'restart' as const,
    soakSeconds: 0,
    build: [],
    checks: { local: [], host: [] },
    hooks: { release: [], before: [], after: [] },
    verify: { ...input.app.verify, commands: [] },
    keep: 100,
  };
  const run = new Run({ ...input, app, release: 'active' });

  const result = await run.conclude(async () => {
    let plan = await planned(run);
    if (blocking(plan.findings).length > 0) return 'refused';
    for (let approved = ''; approved !== plan.digest;) {
      approved = plan.digest;
      if (!(await approval(run, plan, input.approvalDeadlineSeconds))) return 'aborted';
      if (input.app.approval === 'required') plan = await planned(run);
      if (blocking(plan.findings).length > 0) return 'refused';
    }
    await run.claim(plan);
    return change(run, plan);
  });
  if (result.outcome !== 'succeeded') return result;
  return CancellationScope.nonCancellable(async () => {
    try {
      const { left } = await take('forgetHost', `remove what belay keeps on ${run.host}`, run.change);
      return { ...result, remains: [...result.remains, ...left.map((folder) => `${folder} is left`)] };
    } catch (error) {
      return { ...result, remains: [...result.remains, causeOf(error)] };
    }
  });
}

async function planned(run: Run): Promise<Plan> {
  const seen = await take('inspect', `inspect ${run.host}`, run.target);
  const { active } = seen.facts.app;
  if (active === undefined)
    throw ApplicationFailure.nonRetryable(
      `${run.target.app.path} on ${run.host} leads to no release of belay’s: there is nothing to eject`,
      failureTypes.configuration,
    );
  run.nameRelease(active);
  const plan = await take('plan', `plan to eject ${active}`, {
    ...run.target,
    ...seen,
    artifact: '',
    findings: [],
    ejects: true,
  });
  run.plan = plan;
  return plan;
}
