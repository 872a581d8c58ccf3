import { judgeApproval, readAbort } from '../domain/approval.js';
import { signalNames, type AbortMessage, type ApproveMessage } from '../domain/messages.js';
import type { Plan } from '../domain/plan.js';
import { firstValue, millis } from './events.js';
import type { Decode, HistoryEvent } from './events.js';
import { fields, text } from './shape.js';
import type { Message } from './view.js';

/** What people told a deployment, judged as the workflow judged it. */
export class MessageLog {
  readonly messages: Message[] = [];
  /** Digest of the plan that is approved; null while none is. */
  approved: string | null = null;
  private shown: Plan | null = null;
  private renewed = false;

  constructor(private readonly decode: Decode) {}

  /** The workflow shows a plan; an approval of an earlier one is void. */
  show(plan: Plan): void {
    this.renewed = this.shown !== null && this.shown.digest !== plan.digest;
    this.shown = plan;
    if (!this.renewed) return;
    this.approved = null;
    for (const message of this.messages) {
      if (message.kind !== 'approve' || !message.counted) continue;
      message.counted = false;
      message.note = 'void: the plan changed afterwards';
    }
  }

  /**
   * Takes in a signal or a request to cancel.
   * @param late why an abort changes nothing any more; null while it does
   * @param waitsForOperator whether the way back is stuck, so that its signals have an effect
   */
  add(event: HistoryEvent, late: string | null, waitsForOperator: boolean): void {
    const at = millis(event.eventTime);
    const cancel = event.workflowExecutionCancelRequestedEventAttributes;
    if (cancel) {
      const why = { by: text(cancel.identity) ?? '', reason: text(cancel.cause) ?? null };
      this.push({
        kind: 'cancel',
        at,
        ...why,
        counted: this.abortReason(late) === null,
        note: this.abortReason(late),
      });
      return;
    }
    const signal = event.workflowExecutionSignaledEventAttributes;
    if (!signal) return;
    const payload = firstValue(signal.input, this.decode);
    const by = text(fields(payload)['by']) ?? text(signal.identity) ?? '';
    switch (signal.signalName) {
      case signalNames.approve:
        this.approve(payload as ApproveMessage, at, by);
        break;
      case signalNames.abort: {
        const note = this.abortReason(late);
        const { reason } = readAbort(payload as AbortMessage);
        this.push({ kind: 'abort', at, by, reason, counted: note === null, note });
        break;
      }
      case signalNames.retryRollback:
      case signalNames.giveUp: {
        const kind = signal.signalName === signalNames.giveUp ? 'give-up' : 'retry-rollback';
        const counted = waitsForOperator || kind === 'give-up';
        this.push({ kind, at, by, counted, note: counted ? null : 'no rollback waits for it' });
        break;
      }
    }
  }

  private approve(payload: ApproveMessage, at: number, by: string): void {
    const verdict = judgeApproval(payload, this.shown, this.renewed);
    if (verdict.counts) this.approved = verdict.digest;
    const plan = verdict.counts ? verdict.digest : null;
    this.push({
      kind: 'approve',
      at,
      by,
      plan,
      counted: verdict.counts,
      note: verdict.counts ? null : verdict.why,
    });
  }

  private abortReason(late: string | null): string | null {
    return isAborted(this.messages) ? 'it was aborted already' : late;
  }

  private push(message: Omit<Message, 'plan' | 'reason'> & Partial<Message>): void {
    this.messages.push({ plan: null, reason: null, ...message });
  }
}

/** Whether an abort, or a cancellation in Temporal, had its effect. */
export function isAborted(messages: readonly Message[]): boolean {
  return messages.some(({ kind, counted }) => (kind === 'abort' || kind === 'cancel') && counted);
}
