import { ActivityFailure, ApplicationFailure, TimeoutFailure, isCancellation } from '@temporalio/workflow';
import type { Recovered } from '../../domain/facts/facts.js';
import { failureTypes, neverBegun } from '../../domain/runbook/failure.js';
import { labelOf } from '../../domain/runbook/labels.js';

/** An error as a person reads it: which step, what happened, what to do. */
export function causeOf(error: unknown): string {
  if (error instanceof ActivityFailure) {
    return `${labelOf(error.activityType)}: ${innermost(error.cause)}`;
  }
  return innermost(error);
}

/** The same without the step's name, for who knows it. */
export function reasonOf(error: unknown): string {
  return innermost(error instanceof ActivityFailure ? error.cause : error);
}

/** Whether another deployment took the host over: then this one may no longer act there. */
export function isFenced(error: unknown): boolean {
  return typeOf(error) === failureTypes.fenced;
}

/** Whether it ended because it was told to: also where it had failed by then and would have been tried again. */
export function isAborted(error: unknown): boolean {
  if (isCancellation(error)) return true;
  return error instanceof ActivityFailure && error.retryState === 'CANCEL_REQUESTED' && !isFenced(error);
}

/** The type of an activity's failure, one of failureTypes. */
export function typeOf(error: unknown): string | undefined {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return cause instanceof ApplicationFailure ? (cause.type ?? undefined) : undefined;
}

/** Whether a step failed without having begun, through the worker that got it and not through the step. */
export function isNeverBegun(error: unknown): boolean {
  return error instanceof ActivityFailure && neverBegun.includes(typeOf(error) ?? '');
}

/** That the host took the way back by itself, as a sentence. */
export function recoveredText(host: string, { at, by, why }: Recovered): string {
  const time = new Date(at * 1000).toISOString().replace('.000', '');
  return `${by} on ${host} put the old version back at ${time} because ${why}`;
}

/**
 * A cause with what the host did by itself before or after it; empty where that is all.
 * @param turned when the way back was begun, in milliseconds since the epoch
 */
export function causeWith(cause: string, recovered: Recovered, host: string, turned: number): string {
  const acted = recoveredText(host, recovered);
  if (cause === '') return acted;
  return recovered.at * 1000 < turned ? `${acted}; after that: ${cause}` : `${cause}; then ${acted}`;
}

/** A record that could not be written is reported, and changes no outcome. */
export function unsettled(error: unknown): string {
  return `${causeOf(error)} (the host frees itself ten minutes after the last change)`;
}

function innermost(error: unknown): string {
  if (error instanceof TimeoutFailure) {
    return `no answer within its time limit (${error.timeoutType}); see whether the host and the worker can be reached`;
  }
  return error instanceof Error ? error.message : String(error);
}
