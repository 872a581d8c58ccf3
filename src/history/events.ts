import type { History, Payload } from '@temporalio/common/lib/proto-utils.js';

export type HistoryEvent = NonNullable<History['events']>[number];
export type { Payload };
/** Turns one payload into the value it holds; may throw. */
export type Decode = (payload: Payload) => unknown;

type Payloads = { payloads?: Payload[] | null } | null | undefined;
type Timestamp = { seconds?: unknown; nanos?: unknown } | null | undefined;
type Failure = NonNullable<NonNullable<HistoryEvent['activityTaskFailedEventAttributes']>['failure']>;

/** Milliseconds since the epoch of a protobuf timestamp; 0 where there is none. */
export function millis(timestamp: Timestamp): number {
  const value = Math.round(toNumber(timestamp?.seconds) * 1000 + toNumber(timestamp?.nanos) / 1e6);
  // The range of Date: https://tc39.es/ecma262/#sec-time-values-and-time-range
  return Math.abs(value) <= 8.64e15 ? value : 0;
}

/** Event ids are 64-bit integers of whatever library; as text they compare. Empty for what is no number at all. */
export function idText(id: unknown): string {
  try {
    return String(id);
  } catch {
    return '';
  }
}

/** A number, or a 64-bit integer of whatever library; 0 for what is neither. */
export function toNumber(value: unknown): number {
  const number = typeof value === 'number' ? value : Number(idText(value));
  return Number.isFinite(number) ? number : 0;
}

/** The first value of a list of payloads; undefined where there is none or it cannot be decoded. */
export function firstValue(payloads: Payloads, decode: Decode): unknown {
  const list = payloads?.payloads;
  return Array.isArray(list) ? value(list[0], decode) : undefined;
}

/** The value of one payload; undefined where there is none or it cannot be decoded. */
export function value(payload: Payload | null | undefined, decode: Decode): unknown {
  if (payload === null || payload === undefined) return undefined;
  try {
    return decode(payload);
  } catch {
    // History of another version, or sealed by a codec that this machine lacks: the rest can still be told.
    return undefined;
  }
}

/** What a failure says at its root, where an activity or child only wraps it. */
export function failureText(failure: Failure | null | undefined): { type: string; message: string } {
  let root: Failure | null | undefined = failure;
  for (let depth = 0; depth < 20 && isWrapper(root); depth += 1) root = root?.cause;
  const message = typeof root?.message === 'string' && root.message !== '' ? root.message : 'no reason given';
  return { type: failureType(root), message };
}

function isWrapper(failure: Failure | null | undefined): boolean {
  const wraps = failure?.activityFailureInfo ?? failure?.childWorkflowExecutionFailureInfo;
  return Boolean(wraps) && Boolean(failure?.cause);
}

function failureType(failure: Failure | null | undefined): string {
  const type = failure?.applicationFailureInfo?.type;
  if (typeof type === 'string' && type !== '') return type;
  if (failure?.timeoutFailureInfo) return 'Timeout';
  if (failure?.canceledFailureInfo) return 'Cancelled';
  if (failure?.terminatedFailureInfo) return 'Terminated';
  if (failure?.serverFailureInfo) return 'TemporalServer';
  return 'Failure';
}

/** Of temporal.api.workflow.v1.PendingActivityInfo, what is read here. */
export interface PendingActivity {
  activityId?: string | null;
  state?: number | null;
  attempt?: number | null;
  heartbeatDetails?: Payloads;
  lastFailure?: Failure | null;
  nextAttemptScheduleTime?: Timestamp;
}
