import { judgeApproval, readAbort } from '../domain/runbook/approval.js';
import { signalNames, type AbortMessage, type ApproveMessage } from '../domain/runbook/messages.js';
import type { Plan } from '../domain/plan/plan.js';
import { firstValue, millis } from './events.js';
import type { Decode, HistoryEvent } from './events.js';
import type { SealedRun } from './seal.js';
import { fields, text } from './shape.js';
import type { Message } from './view.js';

/** What people told a deployment, judged as the workflow judged it. */
export class MessageLog {
  readonly messages: Message[] = [];
  /** Digest of the plan that is approved; null while none is. */
  approved: string | null = null;
  private shown: Plan | null = null;
  private renewed = false;

  private signals = 0;

  constructor(
    private readonly decode: Decode,
    private readonly run: SealedRun,
  ) {}

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
   * @param late why an abort no longer changes anything; null while it does
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
        proven: false,
        ...why,
        counted: this.abortReason(late) === null,
        note: this.abortReason(late),
      });
      return;
    }
    const signal = event.workflowExecutionSignaledEventAttributes;
    if (!signal || !known.has(signal.signalName ?? '')) return;
    this.signals += 1;
    const verdict = this.run.verdicts.get(this.signals);
    // It counts once a worker has judged it.
    if (this.run.sealed && verdict === undefined) return;
    const proven = verdict?.proven ?? false;
    const unsealed = verdict?.refused ?? null;
    const payload = firstValue(signal.input, this.decode);
    const by = text(fields(payload)['by']) ?? text(signal.identity) ?? '';
    switch (signal.signalName) {
      case signalNames.approve:
        this.approve(payload as ApproveMessage, { at, by, proven }, unsealed);
        break;
      case signalNames.abort: {
        const note = unsealed ?? this.abortReason(late);
        const { reason } = readAbort(payload as AbortMessage);
        this.push({ kind: 'abort', at, by, proven, reason, counted: note === null, note });
        break;
      }
      case signalNames.retryRollback:
      case signalNames.giveUp: {
        const kind = signal.signalName === signalNames.giveUp ? 'give-up' : 'retry-rollback';
        const heard = waitsForOperator || kind === 'give-up';
        const note = unsealed ?? (heard ? null : 'no rollback waits for it');
        this.push({ kind, at, by, proven, counted: note === null, note });
        break;
      }
    }
  }

  private approve(
    payload: ApproveMessage,
    sent: Pick<Message, 'at' | 'by' | 'proven'>,
    unsealed: string | null,
  ): void {
    const verdict = judgeApproval(payload, this.shown, this.renewed);
    const counted = verdict.counts && unsealed === null;
    if (counted) this.approved = verdict.digest;
    const note = unsealed ?? (verdict.counts ? null : verdict.why);
    this.push({ kind: 'approve', ...sent, plan: counted ? verdict.digest : null, counted, note });
  }

  private abortReason(late: string | null): string | null {
    return isAborted(this.messages) ? 'it was aborted already' : late;
  }

  private push(message: Omit<Message, 'plan' | 'reason'> & Partial<Message>): void {
    this.messages.push({ plan: null, reason: null, ...message });
  }
}

const known: ReadonlySet<string> = new Set(Object.values(signalNames));

/** Whether an abort, or a cancellation in Temporal, had its effect. */
export function isAborted(messages: readonly Message[]): boolean {
  return messages.some(({ kind, counted }) => (kind === 'abort' || kind === 'cancel') && counted);
}
