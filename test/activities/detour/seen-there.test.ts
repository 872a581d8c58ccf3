import { Agent, createServer, request, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { seenThere } from '../../../src/activities/detour/seen-there.js';
import type { Bind } from '../../../src/domain/app/address.js';
import type { GatePage } from '../../../src/domain/nginx/gates/gates.js';
import { LocalSession } from '../../host/local-session.js';

const servers: Server[] = [];
let spare: Bind;

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

beforeEach(async () => {
  spare = {
    kind: 'port',
    from: 'rehearsal',
    port: await serve((_, response) => response.end('the release')),
  };
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** What stands for nginx: it hands on where it leads to. */
const handsOn =
  (agent?: Agent): RequestListener =>
  (asked, response) => {
    const port = spare.kind === 'port' ? spare.port : 0;
    const path = asked.url ?? '/';
    request({ port, path, agent: agent ?? false }, (answer) => answer.pipe(response)).end();
  };

async function seen(listener: RequestListener, more: Partial<GatePage> = {}): Promise<string[]> {
  const port = await serve(listener);
  const gate = { name: 'words.example.test', address: '127.0.0.1', port, tls: false };
  const url = `http://words.example.test:${port}/`;
  const front = { gates: [gate], urls: [url], accessLogs: [], asks: [{ url, gate, trial: url, ...more }] };
  return seenThere(new LocalSession(), front, spare, AbortSignal.timeout(60_000));
}

test('a gate that leads to the spare address is told by the connections that come there', async () => {
  expect(await seen(handsOn())).toEqual([expect.stringMatching(/: nginx connects to 127.0.0.1:\d+$/)]);
});

test('a gate at which something else answers, as well as the release would, is none of this app', async () => {
  await expect(seen((_, response) => response.end('a neighbour'))).rejects.toThrow(
    /nginx answers, but did not connect to 127.0.0.1:\d+/,
  );
});

test.each<[string, RequestListener, Partial<GatePage>]>([
  ['nginx itself answers the host 403', (_, response) => response.writeHead(403).end(), {}],
  ['something else may answer in its place', (_, response) => response.end(), { standsIn: {} }],
])('what proves nothing is no fault: %s', async (words, listener, more) => {
  expect(await seen(listener, more)).toEqual([expect.stringContaining(words)]);
});

test('connections that nginx keeps are no fault', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  expect(await seen(handsOn(agent))).toEqual([expect.stringContaining('connections are kept')]);
  agent.destroy();
});
