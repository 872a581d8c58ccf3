import { createServer, request, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { askWhileSilent } from '../../../src/activities/proof/silent-gates.js';
import { toldApart } from '../../../src/activities/proof/told-apart.js';
import type { GatePage } from '../../../src/domain/nginx/gates/gates.js';
import { LocalSession } from '../../host/local-session.js';
import { app } from '../../workflows/fakes.js';

const servers: Server[] = [];
const session = new LocalSession();

afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** What a gate is told to be: nginx is asked as the app is stopped, and again when it is back. */
async function told(
  { stopped, back }: { stopped: RequestListener | undefined; back: (appPort: number) => RequestListener },
  more: Partial<GatePage> = {},
) {
  const own = await serve((_, response) => response.end('words 2, request 17'));
  let nginx: RequestListener = stopped ?? ((_, response) => response.writeHead(502).end());
  const port = await serve((asked, response) => nginx(asked, response));
  const gate = { name: 'words.example.test', address: '127.0.0.1', port, tls: false };
  const url = `http://words.example.test:${port}/`;
  const ask: GatePage = { url, gate, page: '/', trial: url, ...more };
  if (ask.trial === undefined) delete ask.trial;
  const front = { gates: [gate], urls: [url], accessLogs: [], asks: [ask] };
  const { signal } = new AbortController();
  const silent = stopped === undefined ? [] : await askWhileSilent(session, { front }, signal);
  nginx = back(own);
  const bind = { kind: 'port', port: own, from: 'nginx' } as const;
  const found = await toldApart({ session, app, bind, front, silent, deadlineMs: 1, signal });
  return found.get(ask);
}

const says =
  (text: string): RequestListener =>
  (_, response) =>
    response.end(text);
const handsOn =
  (port: number): RequestListener =>
  (asked, response) =>
    request({ port, path: asked.url ?? '/', agent: false }, (answer) => answer.pipe(response)).end();
let count = 0;
const stands: RequestListener = (asked, response) =>
  response.end(`we are down: ${asked.url}, request ${(count += 1)} of token-${count}-0123456789abcdef`);

test('what stands in for the app and answers still, though the app is back, is not the app', async () => {
  const one = await told({ stopped: stands, back: () => stands }, { standsIn: { well: true, path: '/' } });
  expect(one).toMatchObject({ isNeighbours: true });
  expect(one?.words).toContain('visitors get what stands in for it');
});

test('an answer that is the app’s own again, or that the app gives as well, is no fault', async () => {
  const masked = { standsIn: { well: true, path: '/' } } as const;
  expect((await told({ stopped: stands, back: handsOn }, masked))?.isNeighbours).toBeUndefined();
  const same = says('words 2, request 3');
  expect((await told({ stopped: same, back: () => same }, masked))?.isNeighbours).toBeUndefined();
});

test('where the stop tells nothing, nginx’s connections do', async () => {
  expect(await told({ stopped: undefined, back: handsOn })).toEqual({
    words: expect.stringMatching(/^nginx connects to 127.0.0.1:\d+/) as string,
  });
  expect(await told({ stopped: undefined, back: () => says('older') })).toMatchObject({
    isNeighbours: true,
    words: expect.stringMatching(/without connecting to 127.0.0.1:\d+/) as string,
  });
  // What limits visitors answers by itself, with and without the app.
  const limited: RequestListener = (_, response) => response.writeHead(503).end();
  expect((await told({ stopped: limited, back: () => limited }))?.isNeighbours).toBeUndefined();
  // A cache may answer for a page that has a name.
  const exact = await told({ stopped: undefined, back: () => says('older') }, { trial: undefined as never });
  expect(exact?.isNeighbours).toBeUndefined();
  expect(exact?.words).toContain('something else may answer in its place');
});
