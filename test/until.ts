import { CancelledFailure, Context } from '@temporalio/activity';

/** Polls until `condition` holds; 30 s at most. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('the condition did not come true within 30 s');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A step that heartbeats until it is cancelled, or its workflow has ended. */
export async function untilCancelled(): Promise<never> {
  const context = Context.current();
  const beat = setInterval(() => context.heartbeat(), 200);
  await context.cancelled.finally(() => clearInterval(beat));
  throw new CancelledFailure('cancelled');
}
