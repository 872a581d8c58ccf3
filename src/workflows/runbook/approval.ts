import { condition, setCurrentDetails } from '@temporalio/workflow';
import { approvalNotice } from '../../domain/runbook/notice-text.js';
import { planMarkdown } from '../../domain/plan/markdown.js';
import type { Plan } from '../../domain/plan/plan.js';
import type { Run } from '../run/run.js';

/** Who approves at once, as `deploy --yes` does, need not be called. */
const callAfterSeconds = 3;

/**
 * Shows the plan and waits until it is approved.
 * @returns false where the deadline went by
 */
export async function approval(run: Run, plan: Plan, deadlineSeconds: number): Promise<boolean> {
  run.operator.show(plan);
  if (run.target.app.approval === 'automatic') return true;
  setCurrentDetails(
    `### Waiting for approval\n\nSend the signal \`approve\` (payload: \`"${plan.digest.slice(0, 12)}"\`), or \`abort\`.\n\n${planMarkdown(plan)}`,
  );
  const summary = `approval of plan ${plan.digest.slice(0, 12)}`;
  const approved = (seconds: number) =>
    condition(() => run.operator.approvedBy !== undefined, seconds * 1000, { summary });

  if (!run.notices.wanted('approval') || deadlineSeconds <= callAfterSeconds)
    return approved(deadlineSeconds);
  if (await approved(callAfterSeconds)) return true;
  run.notices.tell(approvalNotice(run.about, plan, run.target.startedBy));
  return approved(deadlineSeconds - callAfterSeconds);
}
