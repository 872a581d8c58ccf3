import { readdir, readFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { lookAt } from '../../../src/activities/proof/browser.js';
import { findChromium } from '../../../src/activities/proof/chromium.js';
import type { BrowserPage } from '../../../src/domain/app/page.js';
import { onPath } from '../../../src/temporal/cli/run-tool.js';
import { temporaryFolder } from '../../temporary.js';
import { closed } from '../../closed.js';

const pages: Record<string, string> = {
  '/': '<h1 id="title">Words</h1><img src="/missing.png" hidden>',
  '/good': '<h1 id="title">Words</h1><p hidden>Secret</p><script>console.warn("fine")</script>',
  '/script': '<h1>Words</h1><script>console.error("no data, password=hunter2"); undefinedFunction()</script>',
  '/elsewhere': '<h1>Words</h1><script src="http://127.0.0.2:9/analytics.js"></script>',
};
const listener: RequestListener = (request, response) => {
  const page = pages[request.url ?? ''];
  response.writeHead(page === undefined ? 404 : 200, { 'content-type': 'text/html' }).end(page);
};
const scripts = `<h1>Words</h1>${Array.from({ length: 20 }, (_, n) => `<script src="/${n}.js"></script>`).join('')}`;

/** An address comes and goes, as with a container; ends once Chromium must have heard of it. */
async function changeNetwork(): Promise<void> {
  const name = `belay${process.pid}`;
  await execa('ip', ['link', 'add', name, 'type', 'veth', 'peer', 'name', `${name}b`]);
  await execa('ip', ['address', 'add', '198.51.100.7/30', 'dev', name]);
  await execa('ip', ['link', 'set', name, 'up']);
  await sleep(500);
  await execa('ip', ['link', 'delete', name]);
  await sleep(500);
}

const missing = 'lookedFor' in findChromium();
if (missing) console.warn('skipped: no Chromium');

describe.skipIf(missing)('a page in a browser', { timeout: 60_000 }, () => {
  let server: Server;
  let folder: string;
  let origin: string;
  beforeAll(async () => {
    folder = join(await temporaryFolder('belay-browser-'), '20261124T101500Z-aaaaaaaa');
    server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://words.example.test:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => closed(server));

  const look = (...asked: Omit<BrowserPage, 'url'> & { at: string } extends infer Asked ? Asked[] : never) =>
    lookAt(
      asked.map(({ at, ...rest }) => ({ url: `${origin}${at}`, ...rest })),
      {
        reach: { alias: 'web1', resolve: { 'words.example.test': '127.0.0.1' } },
        folder,
        signal: new AbortController().signal,
      },
    );

  it('loads, shows what it should, and is kept as a picture; what other sites fail at is theirs', async () => {
    const seen = await look({ at: '/good', text: 'Words', selector: '#title' }, { at: '/elsewhere' });
    expect(seen.map(({ faults }) => faults)).toEqual([[], []]);
    const [name = ''] = (await readdir(folder)).sort();
    expect(seen[0]?.evidence).toContain(`→ 200, loaded in`);
    expect(seen[0]?.evidence).toContain(`screenshot ${join(folder, name)}`);
    // The first bytes of a JPEG.
    expect((await readFile(join(folder, name))).subarray(0, 2).toString('hex')).toBe('ffd8');
  });

  it('that has a fault says which', async () => {
    const faults = async (asked: Omit<BrowserPage, 'url'> & { at: string }) => (await look(asked))[0]?.faults;
    expect((await faults({ at: '/script' }))?.sort()).toEqual([
      'an error in its console: no data, password=[redacted]',
      expect.stringContaining('undefinedFunction is not defined') as string,
    ]);
    expect(await faults({ at: '/' })).toEqual([`its request for ${origin}/missing.png was answered 404`]);
    expect(await faults({ at: '/good', text: 'Secret' })).toEqual([
      'the text “Secret” was expected to be seen, it is not within 3 s',
    ]);
  });

  const canChange = process.getuid?.() === 0 && onPath('ip');
  if (!canChange) console.warn("skipped: this machine's network can be changed by root with ip alone");
  it.skipIf(!canChange)("is loaded again where the worker's own network changed meanwhile", async () => {
    let changed: Promise<unknown> | undefined;
    const busy = createServer((request, response) => {
      const answer = () =>
        response
          .writeHead(200, { 'content-type': request.url === '/' ? 'text/html' : 'text/javascript' })
          .end(request.url === '/' ? scripts : '');
      if (request.url === '/') return void answer();
      // Of twenty, Chromium asks for six at a time: the others still wait to connect when the network changes.
      changed ??= changeNetwork();
      void changed.finally(answer);
    });
    await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
    try {
      const url = `http://127.0.0.1:${(busy.address() as AddressInfo).port}/`;
      const signal = new AbortController().signal;
      const seen = await lookAt([{ url, text: 'Words' }], {
        reach: { alias: 'web1' },
        folder: undefined,
        signal,
      });
      expect(changed).toBeDefined();
      expect(seen[0]?.faults).toEqual([]);
    } finally {
      await closed(busy);
    }
  });

  it('cannot be seen without a browser, or with one that does not start: said once, not tried again', async () => {
    const reach = { alias: 'web1' };
    const looking = (chromium: string) => {
      vi.stubEnv('BELAY_CHROMIUM', chromium);
      return lookAt([{ url: origin }], { reach, folder: undefined, signal: new AbortController().signal });
    };
    try {
      await expect(looking('/nowhere/chromium')).rejects.toMatchObject({ type: 'Configuration' });
      await expect(looking('/bin/false')).rejects.toMatchObject({
        type: 'VerificationFailed',
        message: expect.stringContaining('Chromium (/bin/false) could not be started') as string,
      });
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('that nobody serves did not load', async () => {
    const seen = await lookAt([{ url: 'http://127.0.0.1:9/' }], {
      reach: { alias: 'web1' },
      folder: undefined,
      signal: new AbortController().signal,
    });
    expect(seen[0]?.faults[0]).toMatch(/ERR_CONNECTION_REFUSED|ERR_UNSAFE_PORT/);
  });
});
