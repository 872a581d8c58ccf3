import type { Client } from '@temporalio/client';
import { exitUnknown } from '../../domain/runbook/outcome.js';
import { connect, uiLink } from '../../temporal/connect.js';
import { shortage } from '../../temporal/machine.js';
import { TemporalError } from '../../temporal/error.js';
import { service } from '../../temporal/service.js';
import type { Io } from '../terminal/io.js';
import { UserError } from '../terminal/user-error.js';

/** One run of a workflow. */
export interface RunRef {
  workflowId: string;
  runId: string;
}

/**
 * Runs `action` with a client of Temporal. Its connection lives as long as the process: a request that the client means to
 * repeat in a moment would find it closed, and end the process with an error that nobody can catch.
 * @param need `read`: only the server, which is started where nothing runs; `run`: a worker too, unless the service is
 *   the user's own
 */
export async function withTemporal<T>(
  io: Io,
  need: 'read' | 'run',
  action: (client: Client) => Promise<T>,
): Promise<T> {
  const start = need === 'run' || service() === undefined;
  const say = (line: string): undefined => {
    io.stderr(`${line}\n`);
  };
  if (need === 'run' && shortage() !== '') say(`${shortage()}. What is asked for is tried all the same`);
  const client = await connect({ start, say }).catch((error: unknown) => {
    // What is asked is how a deployment stands: that it failed is not known.
    if (need === 'read' && error instanceof TemporalError)
      throw new UserError(error.message, exitUnknown, { cause: error });
    throw error;
  });
  return action(client);
}

/** Where the Web UI shows a run; null where its address is not known. */
export function linkTo({ workflowId, runId }: RunRef): string | null {
  return uiLink(workflowId, runId) ?? null;
}
