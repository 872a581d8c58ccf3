import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { HostError } from '../../host/types.js';
import { beat } from './context.js';

const heartbeatEveryMs = 1000;

/**
 * Makes an activity of a step: it heartbeats while it runs, so that a dead worker is noticed and a cancellation arrives;
 * what it throws becomes a typed ApplicationFailure.
 */
export function running<Input, Output>(
  step: (input: Input) => Promise<Output>,
): (input: Input) => Promise<Output> {
  return async (input) => {
    const context = Context.current();
    const timer = setInterval(() => beat(context), heartbeatEveryMs);
    try {
      return await step(input);
    } catch (error) {
      // Whatever a cancelled step threw, it threw because it was cancelled.
      if (context.cancellationSignal.aborted) throw new CancelledFailure('cancelled', [], toError(error));
      throw asFailure(error);
    } finally {
      clearInterval(timer);
    }
  };
}

function asFailure(error: unknown): Error {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  if (error instanceof HostError) {
    return ApplicationFailure.create({
      message: error.message,
      type: error.type,
      cause: toError(error.cause),
    });
  }
  return toError(error) ?? new Error(String(error));
}

function toError(cause: unknown): Error | undefined {
  return cause instanceof Error ? cause : undefined;
}
