import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';
import { failureTypes, type FailureType } from '../../domain/runbook/failure.js';
import { spareText } from '../../domain/plan/markdown.js';
import { notRehearsed, rehearsed } from '../../domain/plan/rehearsal.js';
import { planAgain, type Look, type Rehearsed } from './look.js';
import type { Run } from '../run/run.js';
import { take } from '../step/take.js';

/** Failures that are the release's own, and no lack of network or rights. */
const verdicts: readonly FailureType[] = [
  failureTypes.verification,
  failureTypes.notReady,
  failureTypes.commandFailed,
  failureTypes.configuration,
];

/** Boots the staged release on a spare port, without claiming the host: what came of it becomes a finding of the plan. */
export async function rehearsal(run: Run, artifact: string, seen: Look): Promise<Look> {
  return planAgain(run, artifact, seen, await rehearse(run, seen));
}

async function rehearse(run: Run, { plan }: Look): Promise<Rehearsed> {
  const { app, release } = run.target;
  try {
    const summary = `rehearse ${release} on ${spareText(plan)}`;
    const { evidence, measured } = await take('rehearse', summary, { ...run.target, plan });
    return { finding: rehearsed(run.host, release, evidence), ...(measured && { measured }) };
  } catch (error) {
    const cause = error instanceof ActivityFailure ? error.cause : undefined;
    if (!(cause instanceof ApplicationFailure) || !verdicts.some((type) => type === cause.type)) throw error;
    return { finding: notRehearsed(run.host, app, cause.message) };
  }
}
