import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, expect, it } from 'vitest';
import { askNginx } from '../../../src/activities/proof/through-nginx.js';
import type { Page } from '../../../src/domain/app/page.js';
import { LocalSession } from '../../host/local-session.js';
import { app, plan } from '../../workflows/fakes.js';

let server: Server;
afterEach(() => server.close());

/**
 * @param tls key and certificate, where nginx listens with TLS alone
 * @param deadlineMs generous, but where what is asked for never comes
 */
async function ask(
  listener: RequestListener,
  named?: Omit<Page, 'at'>,
  tls?: { key: Buffer | undefined; cert: Buffer | undefined },
  deadlineMs = 20_000,
) {
  server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `${tls === undefined ? 'http' : 'https'}://words.example.test:${port}/`;
  const front = {
    gates: [{ name: 'words.example.test', address: '127.0.0.1', port, tls: tls !== undefined }],
    urls: [url],
    accessLogs: [],
  };
  const verify = { internal: ['/'], external: named === undefined ? [] : [{ at: url, ...named }] };
  const polling = { deadlineMs, everyMs: 1, settledMs: 1, good: 2 };
  return askNginx(new LocalSession(), { app: { ...app, verify }, plan: plan({ front }) }, polling);
}

const answers =
  (status: number, headers: Record<string, string> = {}): RequestListener =>
  (_, response) =>
    response.writeHead(status, headers).end();

it.each([502, 504])('that says %s has not found the app', async (status) => {
  expect((await ask(answers(status), undefined, undefined, 300)).failed).toMatchObject({
    polled: { last: { status } },
  });
});

it('that refuses the host itself, or leads on to a balancer, is left to who asks as a visitor', async () => {
  expect((await ask(answers(403), { contains: 'Words' })).failed).toBeUndefined();
  const away = { location: 'https://elsewhere.example.test/' };
  expect((await ask(answers(301, away), { contains: 'Words' })).failed).toBeUndefined();
  expect((await ask(answers(403), { status: [200, 403] })).evidence[0]).toContain('→ 403');
});

it('that hands the app’s page on says so in one line', async () => {
  const { evidence } = await ask(answers(200), {});
  expect(evidence).toEqual([
    expect.stringMatching(/^through nginx at 127.0.0.1:\d+: GET .+ → 200 in \d+ ms, 2 in a row/),
  ]);
});

it('that listens with TLS alone is asked so, under the name of the site, whatever its certificate is', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'belay-tls-'));
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'key.pem'];
  await execa('openssl', ['req', '-x509', ...key, '-out', 'cert.pem', '-subj', '/CN=snakeoil'], {
    cwd: folder,
  });
  const [pem, cert] = await Promise.all(['key.pem', 'cert.pem'].map((file) => readFile(join(folder, file))));
  await rm(folder, { recursive: true });
  const tls = { key: pem, cert };
  const asked = new Set<unknown>();
  const handsOn: RequestListener = (request, response) => {
    asked.add((request.socket as { servername?: string }).servername);
    response.end('Words');
  };
  const { evidence } = await ask(handsOn, { contains: 'Words' }, tls);
  expect(evidence).toEqual([
    expect.stringMatching(/^through nginx at 127.0.0.1:\d+: GET https:.+ → 200 in \d+ ms, 2 in a row/),
  ]);
  expect([...asked]).toEqual(['words.example.test']);
  server.close();
  expect((await ask(answers(502), {}, tls, 300)).failed).toMatchObject({ polled: { last: { status: 502 } } });
});
