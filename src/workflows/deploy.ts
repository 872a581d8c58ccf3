import { patched, setCurrentDetails } from '@temporalio/workflow';
import { literal } from '../domain/text/markdown.js';
import { blocking } from '../domain/findings/finding.js';
import type { DeployInput } from '../domain/runbook/messages.js';
import type { DeployResult } from '../domain/runbook/outcome.js';
import { bindText } from '../domain/plan/markdown.js';
import { approval } from './runbook/approval.js';
import { change } from './runbook/change.js';
import { look, lookAgain } from './runbook/look.js';
import { Run } from './run/run.js';

/** Whoever approves so soon is not kept waiting by a second look: that nothing has changed is proved in the claim itself. */
const atOnceMs = 30_000;

/** Deploys one app to one host: the runbook, a line a step. */
export async function deploy(input: DeployInput): Promise<DeployResult> {
  const run = new Run(input);

  return run.conclude(async () => {
    let seen = await look(run, input.artifact);
    if (blocking(seen.plan.findings).length > 0) return 'refused';
    if (seen.plan.unchanged) return 'unchanged';

    for (let approved = ''; approved !== seen.plan.digest && !run.isClaimed;) {
      approved = seen.plan.digest;
      const shown = Date.now();
      if (!(await approval(run, seen.plan, input.approvalDeadlineSeconds))) return 'aborted';
      const { footing } = seen.inspected;
      const isProvable = patched('look-once') && footing !== undefined && Date.now() - shown <= atOnceMs;
      if (isProvable && (await run.claim(seen.plan, footing))) break;
      if (isProvable || input.app.approval === 'required') seen = await lookAgain(run, input.artifact, seen);
      if (blocking(seen.plan.findings).length > 0) return 'refused';
    }
    setCurrentDetails(
      `Deploying release ${run.target.release} on ${literal(bindText(seen.plan))} of ${literal(run.host)}`,
    );

    if (!run.isClaimed) await run.claim(seen.plan);
    return change(run, seen.plan);
  });
}
