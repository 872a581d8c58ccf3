import type { Comparison, PlanInput } from '../../domain/plan/input.js';
import type { InspectResult } from '../../domain/runbook/activities.js';
import type { Finding } from '../../domain/findings/finding.js';
import { blocking } from '../../domain/findings/finding.js';
import { cannotStage } from '../../domain/plan/access-findings.js';
import { formatBytes } from '../../domain/text/bytes.js';
import type { Measured } from '../../domain/plan/measured.js';
import type { Plan } from '../../domain/plan/plan.js';
import { firstContact } from '../step/policies.js';
import type { Run } from '../run/run.js';
import { take } from '../step/take.js';
import { register } from './undos.js';

/** What was seen before approval, kept for the second look. */
export interface Look {
  plan: Plan;
  inspected: InspectResult;
  comparison: Comparison | undefined;
  findings: Finding[];
}

/** What came of a rehearsal. */
export interface Rehearsed {
  finding: Finding;
  measured?: Measured;
}

/**
 * Everything before approval: inspect the host, check the source, stage the upload beside the live tree, check the
 * staged tree with the host's interpreters, plan. Harmless; no line of the new code is executed.
 */
export async function look(run: Run, artifact: string): Promise<Look> {
  const { target, host } = run;
  const [seen, source] = await Promise.all([
    take('inspect', `inspect ${host}`, target, firstContact),
    take('checkSource', 'check the packed source', { ...target, artifact }),
  ]);
  const { facts } = seen;
  if (blocking(source.findings).length > 0 || cannotStage(facts, target.app))
    return conclude(run, artifact, seen, undefined, source.findings);

  const comparison = await take('compare', `compare ${source.files} files with ${host}`, {
    ...target,
    artifact,
    facts,
  });
  const { upload, total } = comparison.files;
  register(run, 'upload');
  await take('upload', `upload ${upload.files} of ${total} files, ${formatBytes(upload.bytes)}`, {
    ...target,
    artifact,
    facts,
  });
  const staged = await take('checkStaged', `check the staged release with ${host}'s own interpreters`, {
    ...target,
    artifact,
    facts,
  });
  return conclude(run, artifact, seen, comparison, [...source.findings, ...staged.findings]);
}

/** The look again where time passed: facts and files on the host may have changed since. */
export async function lookAgain(run: Run, artifact: string, before: Look): Promise<Look> {
  const { target, host } = run;
  const seen = await take('inspect', `inspect ${host} again`, target);
  const comparison = await take('compare', `compare with ${host} again`, {
    ...target,
    artifact,
    facts: seen.facts,
  });
  // What travels was decided by the first look: now all of it is there.
  const { upload } = before.comparison?.files ?? comparison.files;
  return conclude(
    run,
    artifact,
    seen,
    { ...comparison, files: { ...comparison.files, upload } },
    before.findings,
  );
}

/** The same look, with one finding more, and with what its rehearsal showed to be lost. */
export function planAgain(
  run: Run,
  artifact: string,
  before: Look,
  { finding, measured }: Rehearsed,
): Promise<Look> {
  const { inspected, comparison, findings } = before;
  return conclude(run, artifact, inspected, comparison, [...findings, finding], measured);
}

async function conclude(
  run: Run,
  artifact: string,
  seen: InspectResult,
  comparison: Comparison | undefined,
  findings: Finding[],
  measured?: Measured,
): Promise<Look> {
  const { facts, baseline } = seen;
  const input: PlanInput = {
    ...run.target,
    artifact,
    facts,
    baseline,
    comparison,
    findings,
    ...(measured && { measured }),
  };
  const plan = await take('plan', 'plan', input);
  run.plan = plan;
  return { plan, inspected: seen, comparison, findings };
}
