import { describe, expect, it } from 'vitest';
import { frontOf } from '../../../../src/domain/nginx/gates/front.js';
import { unaskedFindings } from '../../../../src/domain/nginx/gates/unasked.js';
import { configured } from '../../../../src/host/facts/nginx/servers.js';
import { configurationTree } from '../../../../src/host/facts/nginx/tree.js';
import type { NginxServer } from '../../../../src/domain/facts/facts.js';
import { makeApp } from '../../make-app.js';
import { port } from '../../make-backend.js';
import { makeFacts, makeNginx, makeServer } from '../../make-facts.js';

const bind = { kind: 'port', port: 9999, from: 'nginx' } as const;
const front = (servers: NginxServer[], app = makeApp()) =>
  frontOf(makeFacts({ nginx: makeNginx(...servers) }), app, bind);

const words = (over: Partial<NginxServer> = {}): NginxServer => ({
  ...makeServer('words.example.test', [port(9999)]),
  ...over,
});
const listen = (number: number, tls: boolean, address = '*') => ({
  address,
  port: number,
  tls,
  default: false,
});

describe('nginx before the app', () => {
  it('is asked where it listens, TLS before plain, under the site’s name', () => {
    const server = words({ listens: [listen(80, false), listen(443, true, '0.0.0.0')] });
    expect(front([server])).toMatchObject({
      gates: [
        { name: 'words.example.test', address: '127.0.0.1', port: 80, tls: false },
        { name: 'words.example.test', address: '127.0.0.1', port: 443, tls: true },
      ],
      urls: ['http://words.example.test/', 'https://words.example.test/'],
    });
  });

  it('is asked for pages outside under their own names too', () => {
    const server = words({ names: ['words.example.test', 'www.words.example.test'] });
    const app = makeApp({
      verify: { internal: ['/'], external: [{ at: 'http://www.words.example.test/' }] },
    });
    expect(front([server], app)?.gates.map(({ name }) => name)).toEqual([
      'www.words.example.test',
      'words.example.test',
    ]);
  });

  it('is not asked where only a balancer can ask', () => {
    const server = words({ listens: [{ ...listen(443, true), proxyProtocol: true }] });
    expect(front([server])).toMatchObject({
      gates: [],
      urls: [],
      unasked: [expect.stringContaining('balancer')],
    });
  });

  it('is asked below a prefix for what the app knows as its own page', () => {
    const location = {
      modifier: '' as const,
      pattern: '/tools/words/',
      backends: [port(9999)],
      handles: {
        pass: { by: 'proxy_pass', text: 'http://127.0.0.1:9999/', backends: [port(9999)], where: '/x:5' },
      },
      where: '/x:5',
    };
    const below = words({ locations: [location], listens: [listen(80, false)] });
    const app = makeApp({ verify: { internal: ['/', '/health?deep=1'], external: [] } });
    expect(front([below], app)?.asks?.map(({ url, page, trial }) => [url, page, trial])).toEqual([
      ['http://words.example.test/tools/words/', '/', 'http://words.example.test/tools/words/'],
      [
        'http://words.example.test/tools/words/health?deep=1',
        '/health?deep=1',
        'http://words.example.test/tools/words/',
      ],
    ]);
  });

  it('is asked in each location that hands on, also where another one takes the page itself', () => {
    const location = (modifier: '=' | '' | '~', pattern: string) => ({
      modifier,
      pattern,
      backends: [port(9999)],
      handles: {
        pass: { by: 'proxy_pass', text: 'http://127.0.0.1:9999', backends: [port(9999)], where: '/x:5' },
      },
      where: `/etc/nginx/sites-enabled/words:${modifier}${pattern}`,
    });
    const server = words({
      listens: [listen(80, false)],
      locations: [
        location('=', '/'),
        { ...location('', '/'), handles: undefined },
        location('~', '^/[0-9]{3}$'),
      ],
    });
    const seen = front([server]);
    expect(seen?.asks?.map(({ url, page }) => [url, page])).toEqual([
      ['http://words.example.test/', '/'],
      ['http://words.example.test/belay-0', undefined],
    ]);
    // Nobody knows a page that comes to the third.
    expect(seen?.unasked?.join('\n')).toContain('[0-9]{3}');
  });

  it('is asked without a name, and by one of a pattern', () => {
    const any = { ...listen(80, false), default: true };
    const asked = (names: string[]) =>
      front([words({ names, listens: [any] })])?.asks?.map(({ url, anyName }) => [url, anyName]);
    expect(asked(['_'])).toEqual([['http://localhost/', true]]);
    expect(asked([])).toEqual([['http://localhost/', true]]);
    expect(asked(['*.words.test'])).toEqual([['http://belay.words.test/', true]]);
    expect(asked(['.words.test'])).toEqual([['http://words.test/', true]]);
  });

  it('is asked at each gate, also where it has a second address to ask', () => {
    const two = [
      words({ listens: [listen(80, false)] }),
      { ...makeServer('admin.example.test', [port(9999, 'localhost')]), listens: [listen(8080, false)] },
    ];
    expect(front(two)?.asks?.map(({ url, trial }) => [url, trial])).toEqual([
      ['http://words.example.test/', 'http://words.example.test/'],
      ['http://admin.example.test:8080/', 'http://admin.example.test:8080/'],
    ]);
  });

  it('that leads elsewhere is none', () => {
    expect(front([makeServer('other.example.test', [port(3000)])])).toBeNull();
    expect(frontOf(makeFacts(), makeApp(), bind)).toBeNull();
  });

  it('tells a log of its own from one that others share', () => {
    const other = {
      ...makeServer('other.example.test', [port(3000)]),
      accessLogs: ['/var/log/nginx/access.log'],
    };
    const mine = words({ accessLogs: ['/var/log/nginx/access.log', '/var/log/nginx/words.log'] });
    expect(front([mine, other])?.accessLogs).toEqual([
      { file: '/var/log/nginx/access.log', shared: true },
      { file: '/var/log/nginx/words.log', shared: false },
    ]);
  });
});

/** As nginx’s own files have it. */
const configuredFront = (http: string, app = makeApp()) => {
  const { top } = configurationTree(new Map([['/etc/nginx/nginx.conf', `http { ${http} }`]]));
  const nginx = { ...makeNginx(), ...configured(top) };
  return frontOf(makeFacts({ nginx }), app, bind);
};
const to = 'proxy_pass http://127.0.0.1:9999;';
const askedAt = (body: string, around = '') =>
  configuredFront(`${around} server { listen 80; server_name words.example.test; ${body} }`);

describe('what stands in for the app', () => {
  it.each([
    [
      'an error’s page that says 200',
      `error_page 502 =200 /down.html; location = /down.html { root /srv; } location / { ${to} }`,
    ],
    [
      'another app',
      `location / { error_page 502 = @old; ${to} } location @old { proxy_pass http://127.0.0.1:3000; }`,
    ],
  ])('is known where an answer alone would prove nothing: %s', (_what, body) => {
    expect(askedAt(body)?.asks).toMatchObject([{ page: '/', standsIn: { path: '/', well: true } }]);
  });

  it('is known of a server of an upstream that is asked only where the first does not answer', () => {
    const upstream = 'upstream w { server 127.0.0.1:9999; server 127.0.0.1:3000 backup; }';
    expect(askedAt('location / { proxy_pass http://w; }', upstream)?.asks).toMatchObject([
      { standsIn: { well: true }, trial: 'http://words.example.test/' },
    ]);
  });

  it.each([
    [`proxy_intercept_errors on; error_page 500 503 =200 /calm.html; location / { ${to} }`, true],
    [`error_page 500 = /calm.html; location / { proxy_intercept_errors on; ${to} }`, true],
    [`error_page 500 =200 /calm.html; location / { ${to} }`, false],
    [`proxy_intercept_errors on; error_page 502 =200 /calm.html; location / { ${to} }`, false],
    [`proxy_intercept_errors on; error_page 500 /50x.html; location / { ${to} }`, false],
    [`proxy_intercept_errors on; error_page 500 =503 /50x.html; location / { ${to} }`, false],
  ])('is said where it hides the app’s own errors, which nobody can tell: %s', (body, hides) => {
    const front = askedAt(`${body} location = /calm.html { root /srv; }`);
    const said = unaskedFindings(front, [], 'web1').map(({ id, evidence }) => `${id} ${evidence}`);
    expect(said.some((one) => one.startsWith('nginx.unasked') && one.includes('a good status'))).toBe(hides);
  });

  it('is an error where it says that it is one', () => {
    const [ask] =
      askedAt(`error_page 502 /50x.html; location = /50x.html { root /srv/pages; } location / { ${to} }`)
        ?.asks ?? [];
    expect(ask?.standsIn).toEqual({ path: '/' });
    for (const itself of [`location / { ${to} }`, `error_page 502 /50x.html; location / { ${to} }`])
      expect(askedAt(itself)?.asks?.[0]?.standsIn).toBeUndefined();
  });
});

it('a location that only nginx itself leads to is asked where it is led from, and the stop of two peers tells as much', () => {
  const inner = `rewrite ^/(.*)$ /inner/$1 last; location /inner/ { internal; proxy_pass http://127.0.0.1:9999/; }`;
  expect(askedAt(inner)).toMatchObject({
    asks: [{ url: 'http://words.example.test/', page: '/', trial: 'http://words.example.test/inner/' }],
  });
  expect(askedAt(inner)?.unasked).toBeUndefined();
  expect(askedAt('location / { proxy_pass http://localhost:9999; }')?.asks?.[0]?.trial).toBeDefined();
});

it('what nginx refuses the host though the app answers is named before', () => {
  const found = askedAt(`auth_basic x; location / { ${to} }`);
  const gate = found?.asks?.[0]?.gate;
  const url = 'http://words.example.test/';
  const before = (direct: number) =>
    unaskedFindings(
      found ?? null,
      [
        { url: '/', status: direct },
        { url, status: 401, ...(gate && { gate }) },
      ],
      'web1',
    );
  expect(before(200)).toMatchObject([
    { id: 'nginx.unasked', evidence: expect.stringContaining('nginx answers the host itself 401') as string },
  ]);
  expect(before(500)).toEqual([]);
});
