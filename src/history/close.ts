import { failureText, firstValue, millis, type Decode, type HistoryEvent } from './events.js';
import { text } from './shape.js';
import type { DeploymentView } from './view.js';

/** How Temporal closed a run. */
export interface Closed {
  how: NonNullable<DeploymentView['ended']>;
  /** Milliseconds since the epoch. */
  at: number;
  /** What the workflow returned; undefined where it did not. */
  returned?: unknown;
  /** Why it did not return, in a sentence. */
  why?: string;
}

/** The end that an event tells of; null where it tells of none. */
export function closeOf(event: HistoryEvent, decode: Decode): Closed | null {
  const at = millis(event.eventTime);
  const completed = event.workflowExecutionCompletedEventAttributes;
  if (completed) return { how: 'returned', at, returned: firstValue(completed.result, decode) };
  const failed = event.workflowExecutionFailedEventAttributes;
  if (failed) return { how: 'failed', at, why: failureText(failed.failure).message };
  const terminated = event.workflowExecutionTerminatedEventAttributes;
  if (terminated) {
    const by = text(terminated.identity) || 'somebody';
    const reason = text(terminated.reason) || 'no reason given';
    return {
      how: 'terminated',
      at,
      why: `terminated in Temporal by ${by}: ${reason}; nothing was rolled back`,
    };
  }
  if (event.workflowExecutionTimedOutEventAttributes) {
    return { how: 'timed out', at, why: 'timed out in Temporal; nothing was rolled back' };
  }
  if (event.workflowExecutionCanceledEventAttributes)
    return { how: 'cancelled', at, why: 'cancelled in Temporal' };
  if (event.workflowExecutionContinuedAsNewEventAttributes) {
    return { how: 'continued', at, why: 'continued as a new run in Temporal' };
  }
  return null;
}
