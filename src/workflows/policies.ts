import type { ActivityOptions, RetryPolicy } from '@temporalio/workflow';
import { failureTypes, nonRetryable, nonRetryableInUndo } from '../domain/failure.js';
import { steps, type StepName } from '../domain/steps.js';

/** Steps that may rightly take longer than five minutes, and how long at most. */
const longSteps: Partial<Record<StepName, `${number} minutes`>> = {
  upload: '60 minutes',
  build: '60 minutes',
  releaseHook: '60 minutes',
  // belay.yml's commands, a minute each, and pages in a browser.
  verify: '30 minutes',
  soak: '65 minutes',
  recoverHost: '60 minutes',
};

/** Attempts, not a time limit: while no worker runs nothing is used up, and the deployment goes on when one is back. */
const attempts = { look: 20, change: 20, undo: 200 };

/**
 * Nobody knows yet whether the host's name and port are right, and a person waits: where they are not, a refused
 * connection is told after 11 s, one that hangs after 71 s.
 */
export const firstContact: RetryPolicy = { maximumAttempts: 4, initialInterval: '2 seconds' };

/** Timeouts and retry policy of a step; `retry` says what of the latter is different this time. */
export function policyOf(step: StepName, retry: RetryPolicy = {}): ActivityOptions {
  const { kind } = steps[step];
  // Nothing is left to decide by then: until it is done, the next deployment is refused.
  const untilDone = kind === 'undo' || step === 'settle';
  return {
    startToCloseTimeout: longSteps[step] ?? '5 minutes',
    // Activities heartbeat every second or two; a dead worker is noticed after this.
    heartbeatTimeout: '8 seconds',
    // The way back begins only when the step has let go of the host.
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: {
      initialInterval: kind === 'undo' ? '300 milliseconds' : '1 second',
      backoffCoefficient: 1.7,
      maximumInterval: '10 seconds',
      maximumAttempts: step === 'unstage' ? attempts.look : attempts[kind],
      nonRetryableErrorTypes: [
        ...(untilDone ? nonRetryableInUndo : nonRetryable),
        // Waiting for another deployment's end is a person's decision.
        ...(step === 'claim' ? [failureTypes.hostBusy] : []),
      ],
      ...retry,
    },
  };
}
