import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Bind } from '../../../src/domain/app/address.js';
import { failureTypes } from '../../../src/domain/runbook/failure.js';
import { probe } from '../../../src/host/proof/probe.js';
import { HostError } from '../../../src/host/types.js';
import { LocalSession } from '../local-session.js';
import { temporaryFolder } from '../../temporary.js';

const session = new LocalSession();
const closers: (() => unknown)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function listening(server: Server, at: string | number = 0): Promise<Bind> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>((resolve) => {
    if (typeof at === 'string') server.listen(at, resolve);
    else server.listen(at, '127.0.0.1', resolve);
  });
  const from = 'test';
  if (typeof at === 'string') return { kind: 'socket', path: at, from };
  return { kind: 'port', port: (server.address() as AddressInfo).port, from };
}

const serve = (listener: RequestListener) => listening(createServer(listener));
/** A server that speaks whatever it likes once it was asked. */
const speak = (answer: (socket: Socket) => void) =>
  listening(createTcpServer((socket) => socket.once('data', () => answer(socket))));

const get = (bind: Bind, path = '/', timeoutMs = 5000) => probe(session, bind, path, { timeoutMs });

describe('an answer', () => {
  it('comes with status, time and the beginning of its body', async () => {
    const bind = await serve((request, response) => {
      response.end(`${request.method ?? ''} ${request.url ?? ''} of ${request.headers.host ?? ''}`);
    });
    const answer = await probe(session, bind, '/tools?x=1', {
      timeoutMs: 5000,
      hostHeader: 'words.example.test',
    });
    expect(answer).toMatchObject({ status: 200, bodyStart: 'GET /tools?x=1 of words.example.test' });
    expect(answer.error).toBeUndefined();
    expect(answer.durationMs).toBeGreaterThanOrEqual(0);
  });

  it('comes over a unix socket as well', async () => {
    const path = join(await temporaryFolder('belay-probe-'), 'app.sock');
    const bind = await listening(
      createServer((_, response) => response.end('ok')),
      path,
    );
    expect(await get(bind)).toMatchObject({ status: 200, bodyStart: 'ok' });
  });

  it('that is an error or a redirect is an answer too', async () => {
    const bind = await serve((request, response) => {
      if (request.url === '/old') response.writeHead(302, { location: '/new' }).end();
      else response.writeHead(500).end('Internal Server Error');
    });
    expect(await get(bind)).toMatchObject({ status: 500, bodyStart: 'Internal Server Error' });
    expect(await get(bind, '/old')).toMatchObject({ status: 302, location: '/new' });
  });

  it('keeps 2 kB of a large body', async () => {
    const bind = await serve((_, response) => response.end('ä'.repeat(500_000)));
    const answer = await get(bind);
    expect(answer.status).toBe(200);
    expect(Buffer.byteLength(answer.bodyStart)).toBeLessThanOrEqual(2050);
  });
});

describe('an answer that is bad', () => {
  it('without end is cut off, and memory stays bounded', async () => {
    let written = 0;
    const bind = await serve((_, response) => {
      const chunk = Buffer.alloc(64 * 1024, 'x');
      const more = (): void => {
        while (!response.destroyed && response.write(chunk)) written += chunk.length;
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    const answer = await get(bind, '/', 10_000);
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.error).toBeUndefined();
    expect(answer.durationMs).toBeLessThan(5000);
    expect(written).toBeLessThan(32 * 1024 * 1024);
  });

  it('that trickles ends at the deadline', async () => {
    const bind = await serve((_, response) => {
      response.write('x');
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
    });
    expect(await get(bind, '/', 300)).toMatchObject({ status: 200, error: 'no whole answer within 300 ms' });
  });

  it('that never comes ends at the deadline', async () => {
    const bind = await serve(() => undefined);
    const answer = await get(bind, '/', 200);
    expect(answer).toMatchObject({ status: null, error: 'no whole answer within 200 ms' });
    expect(answer.durationMs).toBeLessThan(3000);
  });

  it('nobody listens', async () => {
    const bind = await serve(() => undefined);
    closers.splice(0).forEach((close) => close());
    expect(await get(bind)).toMatchObject({
      status: null,
      error: 'connection refused: nothing listens there',
    });
    expect(await get({ kind: 'socket', path: '/nowhere/app.sock', from: 'test' })).toMatchObject({
      status: null,
      error: 'the socket does not exist',
    });
  });

  it.each([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', /no HTTP answer/],
    ['nothing at all', '', /closed before the answer was whole|socket hang up/],
    ['half a body', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', /aborted|closed before/],
    ['endless headers', `HTTP/1.1 200 OK\r\n${'X-Long: '.padEnd(40_000, 'x')}`, /headers are larger/],
  ])('%s', async (_, text, error) => {
    const bind = await speak((socket) => socket.end(text));
    expect((await get(bind)).error).toMatch(error);
  });

  it('endless bytes without a line', async () => {
    const bind = await speak((socket) => {
      const more = (): void => {
        while (!socket.destroyed && socket.write(Buffer.alloc(65_536, 'x')));
        if (!socket.destroyed) socket.once('drain', more);
      };
      more();
    });
    const answer = await get(bind, '/', 3000);
    expect(answer.status).toBeNull();
    expect(answer.error).toBeDefined();
  });
});

describe('the way to the host', () => {
  it('that is lost is no verdict on the app', async () => {
    const lost = new HostError(failureTypes.connectionLost, 'the connection to web1 was lost');
    const broken = Object.assign(new LocalSession(), { forward: () => Promise.reject(lost) });
    const bind: Bind = { kind: 'port', port: 80, from: 'test' };
    await expect(probe(broken, bind, '/', { timeoutMs: 1000 })).rejects.toBe(lost);
  });

  it('that hangs ends at the deadline, and what comes later is closed', async () => {
    const bind = await serve((_, response) => response.end());
    let opened: { destroyed: boolean } | undefined;
    const slow = Object.assign(new LocalSession(), {
      forward: async (to: { address: string; port: number }) => {
        await new Promise((resolve) => setTimeout(resolve, 300));
        return (opened = await session.forward(to));
      },
    });
    expect(await probe(slow, bind, '/', { timeoutMs: 50 })).toMatchObject({
      status: null,
      error: 'no whole answer within 50 ms',
    });
    await expect.poll(() => opened?.destroyed).toBe(true);
  });

  it('is closed when the step is cancelled', async () => {
    const bind = await serve(() => undefined);
    const cancel = new AbortController();
    const answer = probe(session, bind, '/', { timeoutMs: 10_000, signal: cancel.signal });
    cancel.abort();
    expect(await answer).toMatchObject({ status: null, error: 'stopped' });
  });
});
