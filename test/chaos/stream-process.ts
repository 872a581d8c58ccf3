import type { FromStream, ToStream } from './campaign.js';
import { Stream } from './stream.js';

/** Runs a stream whose trials come from the parent process, until there are no more, or SIGTERM, or the parent is gone. */
export async function runStream(): Promise<void> {
  const say = (what: FromStream) => process.send?.(what);
  const stream = new Stream({
    next: (host) =>
      new Promise((resolve) => {
        process.once('message', ({ trial }: ToStream) => resolve(trial));
        say({ wants: host });
      }),
    ended: (trial, host, result) => say({ had: { trial, host, result } }),
    evidence: process.env['BELAY_CHAOS_EVIDENCE'],
  });
  const stop = () => {
    void stream.stop().finally(() => process.exit(0));
  };
  // Not once: execa ends a process that seems to have no handler of its own left.
  process.on('SIGTERM', stop);
  process.on('disconnect', stop);
  // The terminal sends it to all; the parent passes on what is meant.
  process.on('SIGINT', () => undefined);
  await stream.run();
  process.exit(0);
}
