import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import type { Gate } from '../../domain/app/gate.js';
import { readAnswer } from './probe-answer.js';
import type { ProbeResult } from './probe-answer.js';
import type { HostSession } from '../types.js';
import { followRedirects } from './redirects.js';

export interface NginxOptions {
  /** For the whole of it, redirects included. */
  timeoutMs: number;
  signal?: AbortSignal;
  keepBytes?: number;
  follow?: boolean;
  /** Where the URL itself is asked; else where it belongs. */
  at?: Gate;
}

/**
 * Where nginx on the host takes a URL; without TLS also where only a balancer in front ends it. undefined: nowhere that
 * could be asked.
 */
export function gateOf(gates: readonly Gate[], url: string): Gate | undefined {
  const { hostname, port, protocol } = new URL(url);
  const tls = protocol === 'https:';
  const named = gates.filter(({ name }) => name === hostname);
  const wanted = Number(port === '' ? (tls ? 443 : 80) : port);
  return (
    named.find((gate) => gate.port === wanted && gate.tls === tls) ??
    (named.some((gate) => gate.tls) ? undefined : named.find((gate) => !gate.tls))
  );
}

/**
 * Asks nginx on the host itself for a URL, over the connection to the host: no name service, no network in between. Whether
 * the certificate is valid is asked as a visitor, not here. A redirect is followed as far as nginx here takes it.
 * @throws HostError ConnectionLost
 */
export function probeNginx(
  session: HostSession,
  gates: readonly Gate[],
  url: string,
  { timeoutMs, signal, keepBytes, follow = true, at }: NginxOptions,
): Promise<ProbeResult> {
  const once = (here: string, leftMs: number): Promise<ProbeResult> =>
    readAnswer({ timeoutMs: leftMs, signal, keepBytes }, async (aborted) => {
      const gate = here === url && at !== undefined ? at : gateOf(gates, here);
      if (gate === undefined) throw new Error(`nginx here takes no requests for ${here}`);
      const stream = await session.forward({ address: gate.address, port: gate.port });
      if (!aborted.aborted) return ask(stream, gate, here, aborted);
      stream.destroy();
      throw new Error('too late');
    });
  const goesOn = (next: string): boolean => gateOf(gates, next) !== undefined;
  return follow ? followRedirects(url, once, timeoutMs, goesOn) : once(url, timeoutMs);
}

function ask(stream: Duplex, gate: Gate, url: string, aborted: AbortSignal): Promise<IncomingMessage> {
  const { host, pathname, search, protocol } = new URL(url);
  return new Promise((resolve, reject) => {
    const name = isIP(gate.name) === 0 ? { servername: gate.name } : {};
    const connection = gate.tls ? connectTls({ socket: stream, rejectUnauthorized: false, ...name }) : stream;
    const headers = {
      host,
      'user-agent': 'belay',
      accept: '*/*',
      connection: 'close',
      // What a balancer in front would say.
      ...(gate.tls === (protocol === 'https:') ? {} : { 'x-forwarded-proto': 'https' }),
    };
    const options = {
      createConnection: () => connection,
      method: 'GET',
      path: `${pathname}${search}`,
      headers,
    };
    const asked = request(options);
    aborted.addEventListener('abort', () => stream.destroy(), { once: true });
    stream.on('error', reject);
    connection.on('error', reject);
    asked.on('error', reject).on('response', resolve).end();
  });
}
