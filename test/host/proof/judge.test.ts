import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Page } from '../../../src/domain/app/page.js';
import { askingFor } from '../../../src/host/proof/judge.js';
import { checkPages, expectedPage } from '../../../src/host/proof/page-check.js';
import { probe } from '../../../src/host/proof/probe.js';
import { LocalSession } from '../local-session.js';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** What is said of a page that a server answers so; undefined where it is as it should be. */
async function said(
  page: Omit<Page, 'at'> & { at?: string },
  listener: RequestListener,
): Promise<string | undefined> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bind = { kind: 'port', port: (server.address() as AddressInfo).port, from: 'test' } as const;
  const session = new LocalSession();
  const ask = (one: Page, signal: AbortSignal) =>
    probe(session, bind, one.at, { ...askingFor(one, 2_000), signal });
  const options = { deadlineMs: 400, everyMs: 1, settledMs: 1, good: 1 };
  const { failed } = await checkPages([{ at: '/', ...page }], ask, options);
  return failed && expectedPage(failed);
}

const text =
  (body: string, headers: Record<string, string> = {}, status = 200): RequestListener =>
  (_, response) =>
    response.writeHead(status, headers).end(body);
const health = text('{"status":"ok","items":[{"id":7}],"nothing":null}');

describe('what a page has to be like', () => {
  it.each<[string, Omit<Page, 'at'>, RequestListener]>([
    ['any status below 400', {}, text('', {}, 302)],
    ['a status of its own, even an error', { status: [401] }, text('', {}, 401)],
    ['one of several statuses', { status: [200, 204] }, text('', {}, 204)],
    ['a text', { contains: 'Wörter' }, text('<h1>Viele Wörter</h1>')],
    ['a match', { matches: 'Words: \\d+' }, text('Words: 12')],
    ['fields of JSON', { json: { status: 'ok', 'items.0.id': 7, nothing: null } }, health],
    ['a header in any case', { header: { 'X-Version': '2' } }, text('', { 'x-version': '2' })],
    [
      'a redirect to a path',
      { redirect: '/login' },
      text('', { location: 'https://words.example.test/login' }, 302),
    ],
    ['a time', { withinSeconds: 1 }, text('ok')],
  ])('%s', async (_, page, listener) => {
    expect(await said(page, listener)).toBeUndefined();
  });

  it.each<[string, Omit<Page, 'at'>, RequestListener, string]>([
    [
      'another status',
      { status: [200, 204] },
      text('gone', {}, 404),
      'with status 200 or 204; it answered 404, saying “gone”',
    ],
    [
      'no such text',
      { contains: 'Words' },
      text('<h1>Welcome to nginx</h1>'),
      'it answered 200, but expected the text “Words”, it is not there, saying “Welcome to nginx”',
    ],
    [
      'no match',
      { matches: 'Words: \\d+' },
      text('Words: many'),
      'expected a match of /Words: \\d+/, there is none',
    ],
    ['no JSON', { json: { status: 'ok' } }, text('<html>'), 'expected JSON, it is none'],
    [
      'another value',
      { json: { 'items.0.id': 8 } },
      health,
      'expected the field items.0.id to be 8, came “7”',
    ],
    [
      'no such field',
      { json: { 'constructor.name': 'Object' } },
      health,
      'expected the field constructor.name to be "Object", it is absent',
    ],
    [
      'no such header',
      { header: { 'X-Version': '2' } },
      text(''),
      'expected the header X-Version: 2, it is absent',
    ],
    [
      'a redirect elsewhere',
      { redirect: '/login' },
      text('', { location: '/' }, 302),
      'expected it to lead to /login, it leads to “/”',
    ],
    ['no redirect', { redirect: '/login' }, text('ok'), 'with a redirect to /login; it answered 200'],
  ])('fails: %s', async (_, page, listener, expected) => {
    expect(await said(page, listener)).toContain(expected);
  });

  it('fails where the answer takes longer than it may', async () => {
    const slow: RequestListener = (_, response) => void setTimeout(() => response.end('ok'), 500).unref();
    expect(await said({ withinSeconds: 0.05 }, slow)).toContain('no whole answer within 50 ms');
  });

  it('shows nothing secret of an answer', async () => {
    const told = await said(
      { contains: 'Words' },
      text('DATABASE_URL=postgres://app:hunter2@db/words API_TOKEN=abc123'),
    );
    expect(told).not.toMatch(/hunter2|abc123/);
  });
});

describe('a bad answer ends in time and in bounded memory', () => {
  it('a regular expression that backtracks without end is stopped', async () => {
    const began = performance.now();
    expect(await said({ matches: '^(a+)+$' }, text(`${'a'.repeat(50_000)}!`))).toContain(
      'took too long and was stopped: write a simpler regular expression',
    );
    expect(performance.now() - began).toBeLessThan(4_000);
  });

  it('a body of a gigabyte is read as far as it is looked at', async () => {
    let sent = 0;
    const huge: RequestListener = (_, response) => {
      response.writeHead(200, { 'content-length': String(1024 ** 3) });
      const chunk = Buffer.alloc(64 * 1024, 'x');
      const more = (): void => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length;
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    };
    expect(await said({ contains: 'Words' }, huge)).toContain(
      'expected the text “Words” in its first megabyte, it is not there',
    );
    expect(sent).toBeLessThan(64 * 1024 * 1024);
    expect(await said({ json: { status: 'ok' } }, huge)).toContain(
      'expected JSON of one megabyte at most, it is longer',
    );
    expect(await said({}, huge)).toBeUndefined();
  });

  it('an answer that never ends is cut off at the deadline', async () => {
    const endless: RequestListener = (_, response) => {
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
    };
    expect(await said({ contains: 'Words', withinSeconds: 0.2 }, endless)).toContain(
      'answered 200, no whole answer within 200 ms',
    );
  });

  it('JSON that is nested a hundred thousand deep is no harm', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(await said({ json: { status: 'ok' } }, text(deep))).toMatch(
      /expected JSON, it is none|it is absent/,
    );
  });
});
