import type { Client } from '@temporalio/client';
import { embedded } from './server/embedded.js';
import { reason, TemporalError } from './error.js';
import { service } from './service.js';
import { bringUp } from './server/up.js';

/** Clients of the embedded server, and the address that it had. */
const homes = new WeakMap<Client, string>();

/**
 * A client of the service that the environment names, else of the embedded one. Close it by `client.connection.close()`.
 * @param options.start starts the embedded server and a worker where they do not run; a service of the user's own is
 *   left as it is.
 * @param options.say progress of that, a line at a time; to stderr unless given.
 * @throws TemporalError where nothing runs, or nothing answers within 10 s.
 */
export async function connect({
  start = false,
  say = (line: string) => void process.stderr.write(`${line}\n`),
} = {}): Promise<Client> {
  if (start) await bringUp(say, { worker: 'embedded' });
  const found = service();
  if (!found) throw new TemporalError('Temporal does not run on this machine; start it: belay up');
  const [{ Client, Connection }, { dataConverter }] = await Promise.all([
    import('./client.js'),
    import('./codec/codec.js'),
  ]);
  const converter = dataConverter();
  try {
    const connection = await Connection.connect({ ...found.options, connectTimeout: 10_000 });
    const client = new Client({
      connection,
      namespace: found.namespace,
      identity: `belay@${process.pid}`,
      dataConverter: converter,
    });
    if (found.kind === 'embedded') homes.set(client, found.address);
    return client;
  } catch (error) {
    throw new TemporalError(
      `Temporal at ${found.address} (from ${found.from}) does not answer: ${reason(error)}; ` +
        (found.kind === 'embedded'
          ? 'start it anew: belay down, belay up'
          : 'check the address, the network, TLS and key'),
      { cause: error },
    );
  }
}

/**
 * The embedded server may end, and start again at another address because another process has taken its port, be that the
 * Temporal of another state folder: whoever goes on asking there gets answers that have nothing to do with what it asks.
 * @returns `there`: the client speaks to the server that it was made for, as far as this machine can tell; `gone`: that does
 *   not run; else a client of where it is now
 */
export async function whereabouts(client: Client): Promise<'there' | 'gone' | Client> {
  const home = homes.get(client);
  if (home === undefined) return 'there';
  const server = embedded();
  if (server === undefined) return 'gone';
  return server.address === home ? 'there' : connect();
}

/** Where the Web UI shows a workflow; undefined where nobody knows the UI's address (BELAY_UI_URL says it). */
export function uiLink(workflowId: string, runId?: string): string | undefined {
  const found = service();
  if (!found?.ui) return undefined;
  const parts = [
    'namespaces',
    found.namespace,
    'workflows',
    workflowId,
    ...(runId === undefined ? [] : [runId]),
  ];
  return [found.ui, ...parts.map(encodeURIComponent)].join('/');
}
