import type { AbortMessage, ApproveMessage } from './messages.js';
import type { Plan } from '../plan/plan.js';

/** What became of one `approve`: counted, or why it changed nothing. */
export type ApprovalVerdict =
  { counts: true; digest: string; by: string } | { counts: false; why: string; by: string };

const shortestPrefix = 8;
const nobody = 'someone who did not say who';

/**
 * Judges one `approve` signal. The same rule for the workflow, which acts on it, and for the reader of a history.
 * @param message the signal's payload as it came: anything that a person can type into the Web UI's dialog
 * @param plan the plan that waits; null before there is one
 * @param renewed whether an earlier plan was shown: from then on the digest must be named
 */
export function judgeApproval(
  message: ApproveMessage,
  plan: Pick<Plan, 'digest'> | null,
  renewed: boolean,
): ApprovalVerdict {
  const { plan: named, by } = readApproval(message);
  if (!readable(message))
    return { counts: false, why: 'its payload is neither a digest nor {"plan": "…"}', by };
  if (plan === null) return { counts: false, why: 'there is no plan yet', by };
  if (named === undefined) {
    return renewed
      ? { counts: false, why: `the plan changed: name its digest, ${plan.digest.slice(0, 12)}`, by }
      : { counts: true, digest: plan.digest, by };
  }
  if (named.length >= shortestPrefix && plan.digest.startsWith(named.toLowerCase())) {
    return { counts: true, digest: plan.digest, by };
  }
  return {
    counts: false,
    why: `it names ${named.slice(0, 64)}, the plan is ${plan.digest.slice(0, 12)}`,
    by,
  };
}

/** Who aborts and why, from whatever payload came. */
export function readAbort(message: AbortMessage): { reason: string; by: string } {
  return { reason: field(message, 'reason') ?? 'no reason given', by: sender(message) };
}

/** Who sent a signal, as far as that is known: without the codec's key anybody can say to be anybody. */
export function senderText(by: string, proven: boolean): string {
  return proven || by === '' || by === nobody ? by : `someone who says they are ${by}`;
}

function readApproval(message: unknown): { plan: string | undefined; by: string } {
  const plan = field(message, 'plan')?.trim();
  return { plan: plan === '' ? undefined : plan, by: sender(message) };
}

function readable(message: unknown): boolean {
  return message === undefined || message === null || typeof message === 'string' || isRecord(message);
}

function isRecord(message: unknown): message is Record<string, unknown> {
  return typeof message === 'object' && message !== null && !Array.isArray(message);
}

function field(message: unknown, name: string): string | undefined {
  if (typeof message === 'string') return message;
  if (!isRecord(message)) return undefined;
  const value = message[name];
  return typeof value === 'string' ? value : undefined;
}

function sender(message: unknown): string {
  const by = isRecord(message) ? message['by'] : undefined;
  return typeof by === 'string' ? by : nobody;
}
