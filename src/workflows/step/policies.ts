import type { ActivityOptions, RetryPolicy } from '@temporalio/workflow';
import type { Activities } from '../../domain/runbook/activities.js';
import { nonRetryable } from '../../domain/runbook/failure.js';
import { isStep, steps } from '../../domain/runbook/steps.js';

/**
 * Nobody knows yet whether the host's name and port are right, and a person waits: where they are not, a refused
 * connection is reported after 11 s, one that hangs after 71 s.
 */
export const firstContact: RetryPolicy = { maximumAttempts: 4, initialInterval: '2 seconds' };

/** What is no step of the runbook looks, and is tried as a look is. */
const look = { kind: 'look', minutes: 5, attempts: 20, final: nonRetryable } as const;

/** Timeouts and retry policy of an activity; `retry` says what of the latter is different this time. */
export function policyOf(activity: keyof Activities, retry: RetryPolicy = {}): ActivityOptions {
  const { kind, minutes, attempts, final } = isStep(activity) ? steps[activity] : look;
  return {
    startToCloseTimeout: `${minutes} minutes`,
    // Activities heartbeat every second or two; a dead worker is noticed after this.
    heartbeatTimeout: '5 seconds',
    // The way back begins only when the step has let go of the host.
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: {
      initialInterval: kind === 'undo' ? '300 milliseconds' : '1 second',
      backoffCoefficient: 1.7,
      maximumInterval: '10 seconds',
      maximumAttempts: attempts,
      nonRetryableErrorTypes: [...final],
      ...retry,
    },
  };
}
