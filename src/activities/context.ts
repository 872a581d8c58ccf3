import { Context } from '@temporalio/activity';

/** Reports how far a step is; shown live by the CLI and kept in the heartbeat details. */
export function progress(details: { done: number; total: number; unit: 'bytes' | 'files' } | { text: string }): void {
  Context.current().heartbeat(details);
}

/** Aborted when the step is cancelled or the worker shuts down. */
export function cancelSignal(): AbortSignal {
  return Context.current().cancellationSignal;
}

/** 1 for the first try of a step. */
export function attempt(): number {
  return Context.current().info.attempt;
}
