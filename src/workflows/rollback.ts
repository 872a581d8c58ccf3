import { ApplicationFailure } from '@temporalio/workflow';
import type { Facts } from '../domain/facts/facts.js';
import { failureTypes } from '../domain/runbook/failure.js';
import { blocking } from '../domain/findings/finding.js';
import type { RollbackInput } from '../domain/runbook/messages.js';
import type { DeployResult } from '../domain/runbook/outcome.js';
import { canServe, releaseBefore } from '../domain/app/release.js';
import { change } from './runbook/change.js';
import { Run } from './run/run.js';
import { take } from './step/take.js';

/** Goes back to a release that the host still has: preflight, switch, verify, and its own way back. */
export async function rollback(input: RollbackInput): Promise<DeployResult> {
  // A rollback is urgent, and the release was proved once: no rehearsal, no soak, no second build.
  const app = {
    ...input.app,
    rehearse: false,
    detour: input.app.rehearse && input.app.detour !== false,
    soakSeconds: 0,
    build: [],
    checks: { ...input.app.checks, host: [] },
    hooks: { ...input.app.hooks, release: [] },
  };
  const run = new Run({ ...input, app, release: input.to ?? 'previous' });

  return run.conclude(async () => {
    const seen = await take('inspect', `inspect ${run.host}`, run.target);
    run.nameRelease(releaseToServe(seen.facts, input));
    const plan = await take('plan', `plan the way back to ${run.target.release}`, {
      ...run.target,
      ...seen,
      artifact: '',
      findings: [],
    });
    run.plan = plan;
    if (blocking(plan.findings).length > 0) return 'refused';
    if (plan.unchanged) return 'unchanged';
    run.operator.show(plan);
    await run.claim(plan);
    return change(run, plan);
  });
}

/** The release asked for, or the one that served before the active one. */
function releaseToServe(facts: Facts, input: RollbackInput): string {
  const { releases, active, replaced } = facts.app;
  const names = releases
    .filter(canServe)
    .map(({ release }) => release)
    .sort();
  const there = `on ${input.reach.alias} there are: ${names.join(', ') || 'none'}`;
  if (input.to !== undefined) {
    if (!names.includes(input.to)) throw refusal(`no release ${input.to}; ${there}`);
    return input.to;
  }
  const previous = releaseBefore(releases, { active, replaced });
  if (previous === undefined) throw refusal(`no release before ${active ?? 'the first one'}; ${there}`);
  return previous.release;
}

function refusal(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `${message}; choose one with belay rollback --to`,
    failureTypes.configuration,
  );
}
