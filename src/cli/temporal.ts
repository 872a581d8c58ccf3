import type { Client } from '@temporalio/client';
import { connect, uiLink } from '../temporal/connect.js';
import { service } from '../temporal/service.js';
import type { Io } from './io.js';

/** One run of a workflow. */
export interface RunRef {
  workflowId: string;
  runId: string;
}

/**
 * Runs `action` with a client of Temporal, and closes it.
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
  const client = await connect({ start, say });
  try {
    return await action(client);
  } finally {
    await client.connection.close();
  }
}

/** Where the Web UI shows a run; null where its address is not known. */
export function linkTo({ workflowId, runId }: RunRef): string | null {
  return uiLink(workflowId, runId) ?? null;
}
