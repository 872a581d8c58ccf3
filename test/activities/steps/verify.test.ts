import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { verify } from '../../../src/activities/steps/verify.js';
import type { Change } from '../../../src/host/door/door.js';
import { ServingHost } from '../serving-host.js';
import { told } from '../../host/told.js';

vi.mock('../../../src/host/door/door.js', () => ({
  change: (session: ServingHost, change: Change) => session.change(change),
}));

let host: ServingHost;
const serving = async (listener: RequestListener) => (host = await new ServingHost(listener).open());
const ok: RequestListener = (_, response) => response.end('ok');

afterEach(() => host.close());

/** What a step says when it fails. */
const failure = (step: Promise<unknown>) =>
  step.then(
    () => 'it did not fail',
    (error: unknown) => `${(error as { type: string }).type}: ${(error as Error).message}`,
  );

describe('verify', () => {
  it('tells what it proved, layer by layer', async () => {
    await serving(ok);
    const { evidence } = await host.step(verify, {
      app: { verify: { internal: ['/', '/tools'], external: [`${host.origin}/x`] } },
    });
    expect(evidence).toEqual([
      expect.stringContaining('1 listener on 127.0.0.1:9999, pid 412, all of belay-words.service') as string,
      expect.stringMatching(/^GET \/ → 200 in \d+ ms, 3 in a row$/) as string,
      expect.stringMatching(/^GET \/tools → 200 in \d+ ms, 3 in a row$/) as string,
      'through nginx: nothing was asked, none is known to lead to the app',
      `GET ${host.origin}/x → 200, 3 in a row`,
      'log of belay-words.service: 1 lines, no exception',
    ]);
  });

  it('asks the app under its site’s name', async () => {
    const names = new Set<string | undefined>();
    await serving((request, response) => {
      names.add(request.headers.host);
      response.end();
    });
    await host.step(verify, { app: { site: 'words.example.test/tools' } });
    expect([...names]).toEqual(['words.example.test']);
  });

  it('fails where something else listens', async () => {
    await serving(ok);
    host.listening = false;
    const said = await failure(host.step(verify));
    expect(said).toContain(
      'VerificationFailed: verify on web1, what serves is not the new release: expected a listener on 127.0.0.1:9999',
    );
    expect(said).toContain('Only the new release may listen there');
  });

  it('fails soon where a page answers 500, with page and log', async () => {
    await serving((request, response) => {
      if (request.url === '/tools/word-counter')
        response.writeHead(500).end('<h1>Internal Server Error</h1>');
      else response.end('ok');
    });
    host.log =
      'Traceback (most recent call last):\n  File "app.py"\njinja2.exceptions.UndefinedError: tool\n';
    const started = Date.now();
    const said = await failure(
      host.step(verify, { app: { verify: { internal: ['/', '/tools/word-counter'], external: [] } } }),
    );
    expect(said).toContain(
      'VerificationFailed: verify on web1, asking the app itself: GET /tools/word-counter was expected to answer below 400; it answered 500, saying “Internal Server Error”',
    );
    expect(said).toContain('| jinja2.exceptions.UndefinedError: tool');
    expect(Date.now() - started).toBeLessThan(10_000);
  });

  it('waits for an app that is not ready yet', async () => {
    let asked = 0;
    await serving((_, response) => response.writeHead((asked += 1) < 4 ? 502 : 200).end());
    const { evidence } = await host.step(verify);
    expect(evidence[1]).toContain('GET / → 200');
    expect(asked).toBe(6);
  });

  it('does not wait for an app that fell', async () => {
    await serving((request) => {
      host.unit.NRestarts = '1';
      request.socket.destroy();
    });
    const said = await failure(host.step(verify));
    expect(said).toContain('got no answer');
    expect(said).toContain(
      'expected belay-words.service to run since its start, systemd had to restart it once',
    );
  });

  it('fails where the page is bad from outside only', async () => {
    await serving((request, response) => response.writeHead(request.url === '/outside' ? 404 : 200).end());
    const said = await failure(
      host.step(verify, { app: { verify: { internal: ['/'], external: [`${host.origin}/outside`] } } }),
    );
    expect(said).toContain('asking as a visitor: GET http://127.0.0.1');
    expect(said).toContain('answered 404');
    expect(said).toContain('look at the address of the name');
  });

  it('tells of an exception in the log while the pages answer', async () => {
    await serving(ok);
    host.log = 'Traceback (most recent call last):\n  File "jobs.py"\nKeyError: queue\n';
    const { evidence } = await host.step(verify);
    expect(evidence.at(-1)).toContain('the pages answer, but it tells of an exception');
    expect(evidence.at(-1)).toContain('KeyError: queue');
  });

  it('names the page that does not say what it should', async () => {
    await serving((_, response) => response.end('<h1>Welcome to nginx</h1>'));
    const internal = [{ at: '/', contains: 'Words' }];
    const said = await failure(host.step(verify, { app: { verify: { internal, external: [] } } }));
    expect(said).toContain(
      'asking the app itself: GET / was expected to answer below 400; it answered 200, but expected the text “Words”, it is not there, saying “Welcome to nginx”',
    );
  });

  it('wants as many good answers in a row as belay.yml says: one that flaps is not good yet', async () => {
    let asked = 0;
    await serving((_, response) => response.writeHead((asked += 1) < 9 && asked % 4 === 0 ? 503 : 200).end());
    const verify4 = { internal: ['/'], external: [], answers: 4 };
    expect((await host.step(verify, { app: { verify: verify4 } })).evidence[1]).toContain('4 in a row');
    expect(asked).toBe(12);
  });

  it('fails where a line of the log is one of verify.log, and quotes it', async () => {
    await serving(ok);
    host.log = 'started\nqueue is unreachable: password=hunter2\n';
    const app = { verify: { internal: ['/'], external: [], log: ['unreachable'] } };
    const said = await failure(host.step(verify, { app }));
    expect(said).toContain(
      'reading the log since the start: expected no line of the log to match /unreachable/, a line did; queue is unreachable: password=[redacted]',
    );
  });
});

describe('verify, by commands of belay.yml', () => {
  const app = { verify: { internal: ['/'], external: [], commands: ['./smoke', './queue'] } };

  it('runs each, and keeps what it came to', async () => {
    await serving(ok);
    const { evidence } = await host.step(verify, { app });
    expect(host.changes.map(({ op, args }) => [op, told(args[0])['command']])).toEqual([
      ['verify-command-1', './smoke'],
      ['verify-command-2', './queue'],
    ]);
    expect(evidence.slice(3, 5)).toEqual([
      expect.stringMatching(/^`\.\/smoke` → exit status 0 in/) as string,
      expect.stringMatching(/^`\.\/queue` → exit status 0 in/) as string,
    ]);
  });

  it('fails at the first that does, with what it said', async () => {
    await serving(ok);
    host.exit = 3;
    const said = await failure(host.step(verify, { app }));
    expect(said).toContain(
      'running verify.commands: `./smoke` was expected to end with exit status 0; it ended with exit status 3',
    );
    expect(said).toContain('It said:\nwhat it said');
    expect(host.changes).toHaveLength(1);
  });

  it('fails where the release fell meanwhile, whatever they say', async () => {
    await serving(ok);
    const change = host.change.bind(host);
    host.change = (asked) => {
      host.unit.NRestarts = '1';
      return change(asked);
    };
    expect(await failure(host.step(verify, { app }))).toContain(
      'the new release did not stay up: expected belay-words.service to run since its start, systemd had to restart it once',
    );
  });
});

describe('verify, through nginx on the host', () => {
  const front = {
    gates: [{ name: 'words.example.test', address: '127.0.0.1', port: 80, tls: false }],
    urls: ['http://words.example.test/'],
    accessLogs: [],
  };

  /** The host's port 80 is nginx, whatever else is the app. */
  async function behind(nginx: RequestListener): Promise<() => void> {
    await serving(ok);
    const server = createServer(nginx);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const straight = host.forward.bind(host);
    const { port } = server.address() as AddressInfo;
    const forward = (to: { port?: number }) =>
      to.port === 80 ? Promise.resolve(connect(port, '127.0.0.1')) : straight();
    Object.assign(host, { forward });
    return () => server.close();
  }

  it('tells it in the evidence', async () => {
    const close = await behind((_, response) => response.end('Words'));
    const { evidence } = await host.step(verify, { plan: { front } });
    expect(evidence[2]).toMatch(
      /^through nginx at 127\.0\.0\.1:80: GET http:\/\/words\.example\.test\/ → 200 in \d+ ms, 3 in a row$/,
    );
    close();
  });

  it('tells a wrong proxy_pass from the app’s own fault', async () => {
    const close = await behind((_, response) => response.writeHead(404).end('another app'));
    const external = [{ at: 'http://words.example.test/', contains: 'Words' }];
    const app = { verify: { internal: ['/'], external } };
    const said = await failure(host.step(verify, { app, plan: { front } }));
    expect(said).toContain(
      'asking nginx on the host itself: GET http://words.example.test/ was expected to answer below 400',
    );
    expect(said).toContain('it answered 404, saying “another app”');
    expect(said).toContain('The app itself answered on 127.0.0.1:9999: look at nginx there');
    close();
  });

  it('of a page that belay.yml does not name only asks whether nginx finds the app', async () => {
    const close = await behind((_, response) => response.writeHead(404).end());
    expect((await host.step(verify, { plan: { front } })).evidence[2]).toContain('→ 404');
    close();
  });
});

describe('verify, through an nginx that listens with TLS alone', () => {
  const ended: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ended.splice(0)) await end();
  });

  /** A certificate for `name`, of three days, that signs itself; and a server of localhost that shows it. */
  async function secured(name: string, nginx: RequestListener) {
    const folder = await mkdtemp(join(tmpdir(), 'belay-tls-'));
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'key.pem'];
    const names = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
    await execa('openssl', ['req', '-x509', '-days', '3', ...key, '-out', 'ca.pem', ...names], {
      cwd: folder,
    });
    const [pem, cert] = await Promise.all(['key.pem', 'ca.pem'].map((file) => readFile(join(folder, file))));
    const asked: (string | undefined)[] = [];
    const server = createSecureServer({ key: pem, cert }, (request, response) => {
      asked.push((request.socket as { servername?: string }).servername);
      nginx(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ended.push(
      () => server.close(),
      () => rm(folder, { recursive: true }),
    );

    await serving(ok);
    const { port } = server.address() as AddressInfo;
    const straight = host.forward.bind(host);
    const forward = (to: { port?: number }) =>
      to.port === port ? Promise.resolve(connect(port, '127.0.0.1')) : straight();
    Object.assign(host, { forward });
    const url = `https://localhost:${port}/`;
    const gates = [{ name: 'localhost', address: '127.0.0.1', port, tls: true }];
    const step = host.step(verify, {
      app: { verify: { internal: ['/'], external: [url] } },
      plan: { front: { gates, urls: [url], accessLogs: [] } },
      reach: { caFile: join(folder, 'ca.pem') },
    });
    return { step, url, port, asked };
  }

  it('keeps what nginx and what a visitor got, asked under the site’s name', async () => {
    const { step, url, port, asked } = await secured('localhost', ok);
    const { evidence } = await step;
    expect(evidence.slice(2, 4)).toEqual([
      expect.stringMatching(
        new RegExp(`^through nginx at 127\\.0\\.0\\.1:${port}: GET ${url} → 200 in \\d+ ms, 3 in a row$`),
      ) as string,
      expect.stringMatching(
        new RegExp(
          `^GET ${url} → 200, certificate valid until [\\d-]{10}, which is in 2 days: renew it, 3 in a row$`,
        ),
      ) as string,
    ]);
    expect(new Set(asked)).toEqual(new Set(['localhost']));
  });

  it('fails where its certificate is none for the site', async () => {
    const { step, url } = await secured('other.example.test', ok);
    const said = await failure(step);
    expect(said).toContain(`asking as a visitor: GET ${url}`);
    expect(said).toContain('the certificate is for another name');
  });
});
