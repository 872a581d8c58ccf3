import { condition, setCurrentDetails } from '@temporalio/workflow';
import { planMarkdown } from '../domain/plan-markdown.js';
import { approvalNotice } from '../domain/notice-text.js';
import type { Plan } from '../domain/plan.js';
import type { Run } from './run.js';

/**
 * Shows the plan and waits until it is approved.
 * @returns false where the deadline went by
 */
export async function approval(run: Run, plan: Plan, deadlineSeconds: number): Promise<boolean> {
  run.operator.show(plan);
  if (run.target.app.approval === 'automatic') return true;
  run.notices.tell(approvalNotice(run.about, plan, run.target.startedBy));
  setCurrentDetails(
    `### Waiting for approval\n\nSend the signal \`approve\` (payload: \`"${plan.digest.slice(0, 12)}"\`), or \`abort\`.\n\n${planMarkdown(plan)}`,
  );
  return condition(() => run.operator.approvedBy !== undefined, deadlineSeconds * 1000, {
    summary: `approval of plan ${plan.digest.slice(0, 12)}`,
  });
}
