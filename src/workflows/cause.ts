import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import { failureTypes } from '../domain/failure.js';
import { labelOf } from '../domain/steps.js';

/** An error as a person reads it: which step, what happened, what to do. */
export function causeOf(error: unknown): string {
  if (error instanceof ActivityFailure) {
    return `${labelOf(error.activityType)}: ${innermost(error.cause)}`;
  }
  return innermost(error);
}

/** Whether another deployment took the host over: then this one may no longer act there. */
export function isFenced(error: unknown): boolean {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return cause instanceof ApplicationFailure && cause.type === failureTypes.fenced;
}

function innermost(error: unknown): string {
  if (error instanceof TimeoutFailure) {
    return `no answer within its time limit (${error.timeoutType}); see whether the host and the worker can be reached`;
  }
  return error instanceof Error ? error.message : String(error);
}
