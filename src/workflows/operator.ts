import { CancellationScope, condition, defineQuery, defineSignal, setHandler } from '@temporalio/workflow';
import { judgeApproval, readAbort } from '../domain/approval.js';
import {
  queryNames,
  signalNames,
  type AbortMessage,
  type ApproveMessage,
  type PlanAnswer,
} from '../domain/messages.js';
import type { Plan } from '../domain/plan.js';

const approve = defineSignal<[ApproveMessage?]>(signalNames.approve);
const abort = defineSignal<[AbortMessage?]>(signalNames.abort);
const retryRollback = defineSignal(signalNames.retryRollback);
const giveUp = defineSignal(signalNames.giveUp);
const planQuery = defineQuery<PlanAnswer>(queryNames.plan);

/** What the people at the CLI and the Web UI have said so far. */
export class Operator {
  /** The scope of the steps forward: what `abort` cancels. */
  readonly forward = new CancellationScope();
  aborted: { reason: string; by: string } | undefined;
  approvedBy: string | undefined;
  /** Approvals that changed nothing, and why. */
  readonly ignored: string[] = [];
  private plan: Plan | null = null;
  private renewed = false;
  private pointOfNoReturn = false;
  /** How often a person asked to try the rest of a rollback again. */
  retries = 0;
  private gaveUp = false;

  constructor() {
    // Before the workflow's first await: a signal may arrive together with the start.
    setHandler(approve, (message) => this.onApprove(message), {
      description:
        'Approve the plan. Payload: the digest or its first 8 digits; nothing approves the plan shown first.',
    });
    setHandler(abort, (message) => this.onAbort(message), {
      description: 'Stop and put the old version back. Payload: the reason.',
    });
    setHandler(retryRollback, () => void (this.retries += 1), {
      description: 'Try the rest of an incomplete rollback again.',
    });
    setHandler(giveUp, () => void (this.gaveUp = true), {
      description: 'End an incomplete rollback as it is; what remains is done by hand.',
    });
    setHandler(planQuery, () => this.plan, {
      description: 'The plan that waits for approval or was approved.',
    });
  }

  /** Shows a plan for approval; an approval of an earlier one is void. */
  show(plan: Plan): void {
    this.renewed = this.plan !== null && this.plan.digest !== plan.digest;
    if (this.renewed) this.approvedBy = undefined;
    this.plan = plan;
  }

  /** From here on an abort is noted and changes nothing. */
  closeForAbort(): void {
    this.pointOfNoReturn = true;
  }

  /** Waits for a person's word on a rollback that is incomplete: true to try again, false to end it as it is. */
  async wantsRetry(since: number): Promise<boolean> {
    await condition(() => this.retries > since || this.gaveUp);
    return !this.gaveUp;
  }

  private onApprove(message: ApproveMessage): void {
    const verdict = judgeApproval(message, this.plan, this.renewed);
    if (verdict.counts) this.approvedBy = verdict.by;
    else this.ignored.push(`approval by ${verdict.by} changed nothing: ${verdict.why}`);
  }

  private onAbort(message: AbortMessage): void {
    const said = readAbort(message);
    if (this.pointOfNoReturn || this.aborted !== undefined) return;
    this.aborted = said;
    this.forward.cancel();
  }
}
