import { describe, expect, it } from 'vitest';
import { decideBind } from '../../../../src/domain/nginx/bind/bind.js';
import type { App } from '../../../../src/domain/app/app.js';
import type { Facts } from '../../../../src/domain/facts/facts.js';
import { makeApp } from '../../make-app.js';
import { port } from '../../make-backend.js';
import { makeFacts, makeListener, makeNginx, makeProcess, makeServer } from '../../make-facts.js';

function decide(facts: Partial<Facts>, app: Partial<App> = {}) {
  const { bind, findings } = decideBind(makeFacts(facts), makeApp(app), 'web1');
  return { bind, ids: findings.map(({ severity, id }) => `${severity} ${id}`), findings };
}

const words = makeServer('words.example.test', [port(9999)]);
const blog = makeServer('blog.example.test', [port(8080)]);

it('takes the port that the only server proxies to, and says where that stands', () => {
  expect(decide({ nginx: makeNginx(words) })).toMatchObject({
    bind: { kind: 'port', port: 9999, from: 'nginx, /etc/nginx/sites-enabled/words.example.test:4' },
    ids: [],
  });
});

it('refuses the incident’s wrong port, naming what nginx proxies to, file and line', () => {
  const { bind, findings } = decide({ nginx: makeNginx(words) }, { port: 3000 });
  expect(bind).toBeNull();
  expect(findings).toEqual([
    {
      id: 'port.mismatch',
      severity: 'block',
      host: 'web1',
      message: 'belay.yml says port 3000, but nginx proxies to port 9999.',
      evidence: '/etc/nginx/sites-enabled/words.example.test:4: words.example.test / → 127.0.0.1:9999',
      remedy:
        'Write `port: auto` in belay.yml, so that nginx’s own is taken; or, where that one is another app’s, first give ' +
        'nginx a `proxy_pass` to port 3000.',
    },
  ]);
  expect(decide({ nginx: makeNginx(words) }, { run: 'gunicorn -b 0.0.0.0:3000 app:app' }).ids).toEqual([
    'block port.mismatch',
  ]);
  expect(
    decide({ nginx: makeNginx(words) }, { run: 'gunicorn -b 127.0.0.1:9998 app:app' }).findings,
  ).toMatchObject([{ message: '`run` has port 9998 written into it, but the app has to listen on 9999.' }]);
  expect(decide({ nginx: makeNginx(words) }, { run: 'gunicorn -b 0.0.0.0:9999 app:app' }).ids).toEqual([]);
  expect(
    decide({ nginx: makeNginx(words) }, { run: 'gunicorn -w 14 --timeout=600 -c conf.py app:app' }).ids,
  ).toEqual([]);
});

describe('where several servers proxy', () => {
  const nginx = makeNginx(words, blog);

  it('asks which one, naming them', () => {
    const { bind, findings } = decide({ nginx });
    expect(bind).toBeNull();
    expect(findings[0]).toMatchObject({ id: 'nginx.ambiguous-site', severity: 'block' });
    expect(findings[0]?.evidence).toContain('words.example.test / → 127.0.0.1:9999');
    expect(findings[0]?.evidence).toContain('blog.example.test / → 127.0.0.1:8080');
  });

  it('goes by `site`, by a location of it, or by the number', () => {
    expect(decide({ nginx }, { site: 'blog.example.test' }).bind).toMatchObject({ port: 8080 });
    expect(decide({ nginx }, { port: 8080 }).bind).toMatchObject({ port: 8080 });
    expect(decide({ nginx }, { site: 'blog.example.test', port: 9999 }).ids).toEqual(['block port.mismatch']);
    expect(decide({ nginx }, { port: 3000 }).ids).toEqual(['block port.mismatch']);
    const tools = { modifier: '' as const, pattern: '/tools/', backends: [port(7000)], where: '/x:9' };
    const both = makeNginx({ ...words, locations: [...words.locations, tools] });
    expect(decide({ nginx: both }).bind).toMatchObject({ port: 9999 });
    expect(decide({ nginx: both }, { site: 'words.example.test/tools' }).bind).toMatchObject({ port: 7000 });
    expect(decide({ nginx: both }, { port: 7000 }).bind).toMatchObject({ port: 7000 });
  });

  it('refuses a site that nginx does not have', () => {
    const { findings } = decide({ nginx }, { site: 'wrods.example.test' });
    expect(findings[0]).toMatchObject({
      id: 'nginx.unknown-site',
      evidence: 'nginx knows: words.example.test, blog.example.test',
    });
  });

  it('sees that they lead to one and the same', () => {
    const plain = makeServer('words.example.test', [], {
      listens: [{ address: '*', port: 80, tls: false, default: true }],
    });
    expect(
      decide({ nginx: makeNginx(plain, words, makeServer('www.example.test', [port(9999)])) }),
    ).toMatchObject({
      bind: { port: 9999 },
      ids: [],
    });
  });
});

describe('addresses that belay cannot take', () => {
  it.each([
    ['several', [port(9998), port(9999)], 'nginx.several-backends'],
    ['another machine', [port(9999, '10.0.0.7')], 'nginx.remote-backend'],
    ['a variable', [{ kind: 'unresolvable' as const, text: 'http://$backend' }], 'nginx.unresolvable'],
  ])('%s', (_name, backends, id) => {
    const { bind, ids } = decide({ nginx: makeNginx(makeServer('words.example.test', backends)) });
    expect(bind).toBeNull();
    expect(ids).toEqual([`block ${id}`]);
  });

  it('takes the host’s own addresses, whatever they are called', () => {
    const led = (address: string) =>
      decide({
        nginx: makeNginx(makeServer('words.example.test', [port(9999, address)])),
        system: { ...makeFacts().system, addresses: ['192.0.2.10', '2001:db8::10'] },
      });
    for (const address of ['::1', '127.0.1.1', '192.0.2.10', '2001:db8::10'])
      expect(led(address)).toMatchObject({ bind: { port: 9999, address }, ids: [] });
    expect(led('192.0.2.11').ids).toEqual(['block nginx.remote-backend']);
  });

  it('follows localhost to where something listens', () => {
    const nginx = makeNginx(makeServer('words.example.test', [port(9999, 'localhost')]));
    const at = (address: string) => decide({ nginx, listeners: [makeListener(9999, [7], address)] }).bind;
    expect(at('::1')).toMatchObject({ port: 9999, address: '::1' });
    expect(at('127.0.0.1')).not.toHaveProperty('address');
  });

  it('takes ::1 beside 127.0.0.1 for the same app, and warns of localhost', () => {
    expect(
      decide({ nginx: makeNginx(makeServer('words.test', [port(9999), port(9999, '::1')])) }),
    ).toMatchObject({
      bind: { port: 9999 },
      ids: [],
    });
    expect(decide({ nginx: makeNginx(makeServer('words.test', [port(9999, 'localhost')])) })).toMatchObject({
      bind: { port: 9999 },
      ids: ['warn nginx.localhost'],
    });
  });

  it('takes a socket, and refuses a `run` that has no place for it', () => {
    const nginx = makeNginx(makeServer('words.test', [{ kind: 'unix', path: '/run/words.sock' }]));
    expect(decide({ nginx }).bind).toMatchObject({ kind: 'socket', path: '/run/words.sock' });
    expect(decide({ nginx }, { run: 'gunicorn -b 127.0.0.1:{port} app:app' }).ids).toEqual([
      'block run.no-socket',
    ]);
  });
});

describe('without anything in nginx', () => {
  const listening = { listeners: [makeListener(9999, [7])], processes: [makeProcess(7, 'gunicorn app:app')] };

  it('takes the number, or what listens out of the folder', () => {
    expect(decide({}, { port: 9999 })).toMatchObject({ bind: { port: 9999, from: 'belay.yml' }, ids: [] });
    expect(decide(listening)).toMatchObject({
      bind: { port: 9999, from: 'what listens now out of /srv/words' },
      ids: [],
    });
    expect(decide({}).ids).toEqual(['block port.unknown']);
    const two = { ...listening, listeners: [makeListener(9999, [7]), makeListener(3000, [7])] };
    expect(decide(two).findings[0]).toMatchObject({
      id: 'port.unknown',
      evidence: 'Out of /srv/words, these ports are listened on: 3000, 9999.',
    });
  });

  it('takes the number where the app listens there, and nginx leads to others that are seen to listen', () => {
    const nginx = makeNginx(blog);
    const others = [makeListener(8080, [8])];
    const both = { nginx, ...listening, listeners: [...listening.listeners, ...others] };
    expect(decide(both, { port: 9999 })).toMatchObject({
      bind: { port: 9999, from: 'belay.yml' },
      ids: ['warn nginx.no-proxy'],
    });
    // What nginx leads to may be the app's own right port, which nothing listens on at the moment.
    expect(decide({ nginx, ...listening }, { port: 9999 }).ids).toEqual(['block port.mismatch']);
    const own = [...listening.listeners, makeListener(8080, [7])];
    expect(decide({ ...both, listeners: own }, { port: 9999 }).ids).toEqual(['block port.mismatch']);
    expect(decide({ nginx, listeners: others }, { port: 9999 }).ids).toEqual(['block port.mismatch']);
  });

  it('warns where nginx is there but does not lead to it', () => {
    expect(decide({ nginx: makeNginx() }, { port: 9999 })).toMatchObject({
      bind: { port: 9999 },
      ids: ['warn nginx.no-proxy'],
    });
  });
});

describe('what else is said of nginx', () => {
  it('blocks in nginx’s own words where it cannot read its configuration', () => {
    const nginx = {
      ...makeNginx(),
      error: 'nginx: [emerg] unknown directive "prox_pass" in /etc/nginx/sites-enabled/words:4',
    };
    const { bind, findings } = decide({ nginx });
    expect(bind).toBeNull();
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ id: 'nginx.broken', severity: 'block', evidence: nginx.error });
  });

  it('blocks where only a part of nginx’s configuration was read and belay.yml gives no port', () => {
    const nginx = {
      ...makeNginx(words),
      incomplete: 'nginx -T prints more than the 6291456 bytes that are read',
    };
    const { bind, findings } = decide({ nginx });
    expect(bind).toBeNull();
    expect(findings[0]).toMatchObject({
      id: 'nginx.incomplete',
      severity: 'block',
      evidence: nginx.incomplete,
    });
    expect(decide({ nginx }, { port: 9999 })).toMatchObject({ bind: { port: 9999 }, ids: [] });
  });

  it('warns of missing HTTPS, of files that are not loaded, of nginx that does not run', () => {
    const plain = { ...words, listens: [{ address: '*', port: 80, tls: false, default: false }] };
    expect(decide({ nginx: makeNginx(plain) }).ids).toEqual(['warn nginx.no-https']);
    expect(decide({ nginx: makeNginx(plain, makeServer('words.example.test', [port(9999)])) }).ids).toEqual(
      [],
    );
    expect(decide({ nginx: { ...makeNginx(words), changedSinceLoad: true } }).ids).toEqual([
      'warn nginx.not-reloaded',
    ]);
    expect(decide({ nginx: { ...makeNginx(words), running: false } }).ids).toEqual([
      'warn nginx.not-running',
    ]);
  });

  it('blocks where belay’s folder would be on the web', () => {
    const above = {
      ...words,
      locations: [
        ...words.locations,
        { modifier: '' as const, pattern: '/files/', backends: [], root: '/srv/', where: '/x:9' },
      ],
    };
    expect(decide({ nginx: makeNginx(above) }).findings[0]).toMatchObject({
      id: 'nginx.serves-belay',
      severity: 'block',
      evidence: '/x:9: root /srv/',
    });
    expect(decide({ nginx: makeNginx({ ...words, root: '/srv' }) }).ids).toEqual([]);
    expect(
      decide({ nginx: makeNginx(words, makeServer('x', [], { root: '/', locations: [] })) }).ids,
    ).toEqual(['block nginx.serves-belay']);
    expect(decide({ nginx: makeNginx({ ...words, root: '/srv/words/public' }) }).ids).toEqual([]);
  });
});
