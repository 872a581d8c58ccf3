import { Context } from '@temporalio/activity';

/** How far a step is: shown live by the CLI, kept in the heartbeat details. */
export type Progress = { done: number; total: number; unit: 'bytes' | 'files' } | { text: string };

const lastProgress = new WeakMap<Context, Progress>();

/** Reports how far the step is. */
export function progress(details: Progress): void {
  lastProgress.set(Context.current(), details);
  beat(Context.current());
}

/** Says that the step lives; the progress that was reported last is said again, or the server would forget it. */
export function beat(context: Context): void {
  context.heartbeat(lastProgress.get(context));
}

/** Aborted when the step is cancelled or the worker shuts down. */
export function cancelSignal(): AbortSignal {
  return Context.current().cancellationSignal;
}
