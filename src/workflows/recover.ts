import { ApplicationFailure } from '@temporalio/workflow';
import type { InspectResult } from '../domain/runbook/activities.js';
import type { FenceFacts } from '../domain/facts/facts.js';
import { failureTypes } from '../domain/runbook/failure.js';
import type { RecoverInput } from '../domain/runbook/messages.js';
import type { DeployResult } from '../domain/runbook/outcome.js';
import { causeOf, isAborted, recoveredText } from './step/cause.js';
import { Run } from './run/run.js';
import { take } from './step/take.js';
import { silentSeconds } from '../domain/facts/fence.js';

/**
 * Puts the last good release back where a deployment was terminated in Temporal, or its Temporal is gone: from what lies on
 * the host alone.
 */
export async function recover(input: RecoverInput): Promise<DeployResult> {
  const run = new Run({ ...input, release: '' });

  return run.conclude(async () => {
    const { facts } = await take('inspect', `inspect ${run.host}`, run.target);
    const { fence } = facts.app;
    if (fence?.state !== 'held') {
      run.note = nothingToRecover(run.host, fence);
      return 'unchanged';
    }
    const silent = facts.system.now - fence.renewed;
    if (!input.force && fence.deployment !== input.over && silent < silentSeconds) {
      throw mayLive(run.host, fence, silent);
    }
    const unfinished = fence.deployment;
    try {
      const input = { ...run.target, unfinished };
      const { changed, output } = await take('recoverHost', `put back what ${unfinished} left`, input);
      if (!changed) {
        run.note = `nothing to recover: ${output}`;
        return 'unchanged';
      }
      return judge(run, await take('inspect', `look at what serves on ${run.host} now`, run.target));
    } catch (error) {
      if (isAborted(error)) throw error;
      run.note = `what ${unfinished} left could not be put back`;
      run.remains.push(causeOf(error));
      return 'rollback-failed';
    }
  });
}

function nothingToRecover(host: string, fence: FenceFacts | null): string {
  if (fence === null) return `nothing to recover: nobody ever deployed to ${host}`;
  if (fence.recovered !== undefined) return `nothing to recover: ${recoveredText(host, fence.recovered)}`;
  return `nothing to recover: the last deployment, ${fence.deployment}, came to its end`;
}

function mayLive(host: string, { deployment, by }: FenceFacts, silent: number): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `${deployment}, started by ${by}, changed ${host} ${silent} s ago, and this Temporal does not know it, so it may still live. ` +
      `Abort it where it runs, or wait until it has been silent for ${silentSeconds} s; where its Temporal is gone for good: ` +
      'belay recover --force',
    failureTypes.hostBusy,
  );
}

/** Whether what serves now answers at all; how it answered before the deployment is no longer known. */
function judge(run: Run, { facts, baseline }: InspectResult): 'succeeded' | 'rollback-failed' {
  if (facts.app.fence?.state === 'held') {
    run.remains.push(`${run.host} is still held by ${facts.app.fence.deployment}, so not all was put back`);
    return 'rollback-failed';
  }
  if (facts.app.kind === 'absent') {
    run.note = `there was nothing at ${run.target.app.path} before, and is nothing again`;
    return 'succeeded';
  }
  run.nameRelease(facts.app.active ?? run.target.app.path);
  const failing = baseline.filter(
    ({ status, error }) => status === null || status >= 500 || error !== undefined,
  );
  const told = failing
    .map(({ url, status, error }) => `${url} \u2192 ${status ?? error ?? 'no answer'}`)
    .join(', ');
  if (failing.length === 0) return 'succeeded';
  run.note = `pages fail, which may have failed before: ${told}`;
  if (baseline.some(({ status }) => status !== null)) return 'succeeded';
  run.remains.push(`everything is as it was before the deployment, but no page answers: ${told}`);
  return 'rollback-failed';
}
