import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Bind } from '../../domain/app/address.js';
import { readAnswer } from './probe-answer.js';
import type { ProbeResult } from './probe-answer.js';
import type { HostSession } from '../types.js';

export interface ProbeOptions {
  /** For the whole exchange: connecting, asking, the answer's head and body. */
  timeoutMs: number;
  /** What the app takes for its own name; `localhost` without it. */
  hostHeader?: string;
  signal?: AbortSignal;
  /** How much of the body is kept; nothing of it unless given. */
  keepBytes?: number;
}

/**
 * Asks the app itself, on the host, as nginx does: one GET over HTTP/1.1 to its port or socket.
 * Whatever the app does is a result. What is thrown is the connection to the host.
 * @param path with its query, beginning with `/`
 * @throws HostError ConnectionLost
 */
export async function probe(
  session: HostSession,
  bind: Bind,
  path: string,
  { timeoutMs, hostHeader = 'localhost', signal, keepBytes }: ProbeOptions,
): Promise<ProbeResult> {
  const to =
    bind.kind === 'port' ? { address: bind.address ?? '127.0.0.1', port: bind.port } : { socket: bind.path };
  return readAnswer({ timeoutMs, signal, keepBytes }, async (aborted) => {
    const stream = await session.forward(to);
    if (aborted.aborted) {
      stream.destroy();
      throw new Error('too late');
    }
    return ask(stream, path, hostHeader, aborted);
  });
}

function ask(stream: Duplex, path: string, host: string, aborted: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { host, 'user-agent': 'belay', accept: '*/*', connection: 'close' };
    const asked = request({ createConnection: () => stream, method: 'GET', path, headers });
    aborted.addEventListener('abort', () => stream.destroy(), { once: true });
    stream.on('error', reject);
    asked.on('error', reject).on('response', resolve).end();
  });
}
