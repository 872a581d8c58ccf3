import { describe, expect, it } from 'vitest';
import { frontOf } from '../../../src/domain/nginx/front.js';
import type { NginxServer } from '../../../src/domain/facts/facts.js';
import { makeApp } from '../make-app.js';
import { makeFacts, makeNginx, makeServer, port } from '../make-facts.js';

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

  it('is asked at each gate, and not where a second address would be left out for a while', () => {
    const two = [
      words({ listens: [listen(80, false)] }),
      { ...makeServer('admin.example.test', [port(9999, 'localhost')]), listens: [listen(8080, false)] },
    ];
    expect(front(two)?.asks?.map(({ url, trial }) => [url, trial])).toEqual([
      ['http://words.example.test/', 'http://words.example.test/'],
      ['http://admin.example.test:8080/', undefined],
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
