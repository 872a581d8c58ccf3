import {
  CancellationScope,
  condition,
  defineQuery,
  defineSignal,
  proxyLocalActivities,
  setHandler,
} from '@temporalio/workflow';
import { judgeApproval, readAbort, senderText } from '../../domain/runbook/approval.js';
import {
  queryNames,
  signalNames,
  type AbortMessage,
  type ApproveMessage,
  type PlanAnswer,
} from '../../domain/runbook/messages.js';
import type { Plan } from '../../domain/plan/plan.js';
import { unwrapped, type Seal, type SignalVerdict } from '../../domain/runbook/seal.js';
import { isSealed, Unreadable } from '../step/admission.js';

const approve = defineSignal<[ApproveMessage?]>(signalNames.approve);
const abort = defineSignal<[AbortMessage?]>(signalNames.abort);
const retryRollback = defineSignal<[unknown?]>(signalNames.retryRollback);
const giveUp = defineSignal<[unknown?]>(signalNames.giveUp);
const { judgeSignal } = proxyLocalActivities<{
  judgeSignal(input: { signal: number; seal: Seal }): Promise<SignalVerdict>;
}>({ startToCloseTimeout: '10 seconds' });
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
  /** How many signals came. */
  private signals = 0;

  constructor() {
    // Before the workflow's first await: a signal may arrive together with the start.
    setHandler(approve, (message) => this.onApprove(message), {
      description:
        'Approve the plan. Payload: the digest or its first 8 digits; nothing approves the plan shown first.',
    });
    setHandler(abort, (message) => this.heard(message, (said, proven) => this.onAbort(said, proven)), {
      description: 'Stop and put the old version back. Payload: the reason.',
    });
    setHandler(retryRollback, (message) => this.heard(message, () => void (this.retries += 1)), {
      description: 'Try the rest of an incomplete rollback again.',
    });
    setHandler(giveUp, (message) => this.heard(message, () => void (this.gaveUp = true)), {
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

  /** Why the steps forward were ended. */
  get whyAborted(): string {
    const { aborted } = this;
    return aborted === undefined ? 'cancelled in Temporal' : `aborted by ${aborted.by}: ${aborted.reason}`;
  }

  /** Waits for a person's word on a rollback that is incomplete: true to try again, false to end it as it is. */
  async wantsRetry(since: number): Promise<boolean> {
    await this.speaks(since);
    return !this.gaveUp;
  }

  /** Waits until a person says more of a rollback than so far. */
  speaks(since: number): Promise<void> {
    return condition(() => this.retries > since || this.gaveUp);
  }

  /** Whether a person ended the rollback as it is. */
  get hasGivenUp(): boolean {
    return this.gaveUp;
  }

  /** Waits for a person's word on a rollback that is incomplete, but no longer than so: false where it is given up. */
  async triesAgain(since: number, ms: number): Promise<boolean> {
    await condition(() => this.retries > since || this.gaveUp, ms);
    return !this.gaveUp;
  }

  private onApprove(given: ApproveMessage): void | Promise<void> {
    // It is about the plan that was shown when it came.
    const { plan, renewed } = this;
    return this.heard(given, (message) => {
      const verdict = judgeApproval(message, plan, renewed);
      if (!verdict.counts) this.ignored.push(`approval by ${verdict.by} changed nothing: ${verdict.why}`);
      else if (this.plan === plan) this.approvedBy = verdict.by;
    });
  }

  private onAbort(message: AbortMessage, proven: boolean): void {
    const { by, reason } = readAbort(message);
    if (this.pointOfNoReturn || this.aborted !== undefined) return;
    this.aborted = { by: senderText(by, proven), reason };
    this.forward.cancel();
  }

  /**
   * Acts on a signal, in a sealed run once it is judged: the verdict stands in the history, for what a worker can read of a
   * signal depends on its keys.
   */
  private heard<Message>(
    given: Message,
    act: (message: Message, proven: boolean) => void,
  ): void | Promise<void> {
    const { value, seal } = unwrapped(given);
    this.signals += 1;
    if (isSealed()) return this.judged(seal, this.signals, (proven) => act(value, proven));
    if (seal?.kind === 'unreadable') throw new Unreadable(seal.why);
    act(value, false);
  }

  private async judged(
    seal: Seal = { kind: 'plain' },
    signal: number,
    act: (proven: boolean) => void,
  ): Promise<void> {
    // Whatever is aborted: what came after it has to be judged too.
    const { value } = await CancellationScope.nonCancellable(async () =>
      unwrapped(await judgeSignal({ signal, seal })),
    );
    if (value.refused === null) act(value.proven);
    else this.ignored.push(`a signal changed nothing: ${value.refused}`);
  }
}
