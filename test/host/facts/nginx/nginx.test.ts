import { describe, expect, it } from 'vitest';
import type { NginxServer, ProcessFacts } from '../../../../src/domain/facts/facts.js';
import { nginxFacts } from '../../../../src/host/facts/nginx/nginx.js';
import { configured } from '../../../../src/host/facts/nginx/servers.js';
import { filesOfDump } from '../../../../src/host/facts/nginx/dump.js';
import { configurationTree } from '../../../../src/host/facts/nginx/tree.js';
import type { Section } from '../../../../src/host/facts/sections.js';

/** Servers of an http block, as if it stood in nginx.conf. */
function servers(http: string): NginxServer[] {
  return configured(
    configurationTree(
      filesOfDump(`# configuration file /etc/nginx/nginx.conf:\nevents {}\nhttp {\n${http}\n}\n`),
    ).top,
  ).servers;
}

/** What the first location of the only server leads to. */
function backends(location: string, around = '') {
  return servers(`${around}\nserver { ${location} }`)[0]?.locations[0]?.backends;
}

const tcp = (address: string, port: number) => ({ kind: 'tcp', address, port });
const unknown = (why: string, text: string) => ({ kind: 'unresolvable', text: `proxy_pass ${text} ${why}` });

describe('backends', () => {
  it.each([
    ['proxy_pass http://127.0.0.1:9999;', [tcp('127.0.0.1', 9999)]],
    ['proxy_pass http://127.0.0.1:9999/deeper/;', [tcp('127.0.0.1', 9999)]],
    ['proxy_pass "http://127.0.0.1:9999";', [tcp('127.0.0.1', 9999)]],
    ['proxy_pass http://localhost:9999;', [tcp('localhost', 9999)]],
    ['proxy_pass http://[::1]:9999;', [tcp('::1', 9999)]],
    ['proxy_pass http://app.internal;', [tcp('app.internal', 80)]],
    ['proxy_pass https://app.internal;', [tcp('app.internal', 443)]],
    ['proxy_pass http://unix:/run/words.sock;', [{ kind: 'unix', path: '/run/words.sock' }]],
    ['proxy_pass http://unix:/run/words.sock:/deeper/;', [{ kind: 'unix', path: '/run/words.sock' }]],
    ['uwsgi_pass unix:/run/uwsgi.sock;', [{ kind: 'unix', path: '/run/uwsgi.sock' }]],
    ['fastcgi_pass 127.0.0.1:9000;', [tcp('127.0.0.1', 9000)]],
    ['proxy_pass http://127.0.0.1:9999$request_uri;', [tcp('127.0.0.1', 9999)]],
    ['set $to http://127.0.0.1:9999; proxy_pass $to;', [tcp('127.0.0.1', 9999)]],
    [
      'proxy_pass http://$host:8000;',
      [unknown('names localhost:8000, which nginx asks a name server for', 'http://$host:8000')],
    ],
    ['proxy_pass http://127.0.0.1:$port;', [unknown('depends on the request', 'http://127.0.0.1:$port')]],
    ['if ($a) { proxy_pass http://127.0.0.1:9999; }', [tcp('127.0.0.1', 9999)]],
    ['# proxy_pass http://127.0.0.1:3000;\n proxy_pass http://127.0.0.1:9999;', [tcp('127.0.0.1', 9999)]],
    ['return 301 https://$host$request_uri;', []],
  ])('%s', (directives, expected) => {
    expect(backends(`location / { ${directives} }`)).toEqual(expected);
  });

  it('takes every server of an upstream but those marked down and those in reserve', () => {
    const upstream =
      'upstream words { server 127.0.0.1:9999 weight=2; server unix:/run/w.sock backup; server 127.0.0.1:1 down; server 10.0.0.7; }';
    expect(backends('location / { proxy_pass http://words; }', upstream)).toEqual([
      tcp('127.0.0.1', 9999),
      tcp('10.0.0.7', 80),
    ]);
  });

  it('follows try_files to a named location, and says where the address stands', () => {
    const [server] = servers(
      'server {\nroot /srv/www;\nlocation / { try_files $uri @app; }\nlocation @app {\nproxy_pass http://127.0.0.1:9999; } }',
    );
    expect(server?.locations[0]).toMatchObject({
      modifier: '',
      pattern: '/',
      backends: [tcp('127.0.0.1', 9999)],
      root: '/srv/www',
      where: '/etc/nginx/nginx.conf:7',
    });
  });
});

it('reads names, listens, certificates and locations of every kind', () => {
  const [server] = servers(`
    ssl_certificate /etc/ssl/all.pem;
    server {
      server_name a.test *.b.test ~^c\\d+\\.test$;
      listen 443 ssl http2 default_server; listen [::]:443 ssl; listen unix:/run/n.sock; listen 8080; listen 127.0.0.1;
      location = /x { } location ^~ /static/ { } location ~ "\\.(a|b){2}$" { } location ~* \\.PNG$ { } location =/y { }
      location /outer/ { location /outer/inner/ { proxy_pass http://127.0.0.1:1; } }
    }`);
  expect(server?.names).toEqual(['a.test', '*.b.test', '~^c\\d+\\.test$']);
  expect(server?.certificate).toBe('/etc/ssl/all.pem');
  expect(server?.listens).toEqual([
    { address: '*', port: 443, tls: true, default: true },
    { address: '::', port: 443, tls: true, default: false },
    { address: 'unix:/run/n.sock', port: 0, tls: false, default: false },
    { address: '*', port: 8080, tls: false, default: false },
    { address: '127.0.0.1', port: 80, tls: false, default: false },
  ]);
  expect(server?.locations.map(({ modifier, pattern, inside }) => [modifier, pattern, inside])).toEqual([
    ['=', '/x', undefined],
    ['^~', '/static/', undefined],
    ['~', '\\.(a|b){2}$', undefined],
    ['~*', '\\.PNG$', undefined],
    ['=', '/y', undefined],
    ['', '/outer/', undefined],
    ['', '/outer/inner/', 5],
  ]);
});

it('puts included files together, relative to the first one, with their own file and line', () => {
  const dump = `# configuration file /etc/nginx/nginx.conf:
http { include conf.d/*.conf; include /etc/nginx/sites/[a-c]?; }

# configuration file /etc/nginx/conf.d/up.conf:
upstream words { server 127.0.0.1:9999; }

# configuration file /etc/nginx/sites/b1:
server {
  server_name words.test;
  location / {
    include snippets/proxy;
  }
}

# configuration file /etc/nginx/snippets/proxy:
# pass on
proxy_pass http://words;
`;
  const found = configured(configurationTree(filesOfDump(dump)).top).servers;
  expect(found.map(({ names, where }) => [names, where])).toEqual([
    [['words.test'], '/etc/nginx/sites/b1:1'],
  ]);
  expect(found[0]?.locations[0]).toMatchObject({
    backends: [tcp('127.0.0.1', 9999)],
    where: '/etc/nginx/snippets/proxy:2',
  });
});

it('steps over Lua with braces in strings and comments', () => {
  const lua = 'content_by_lua_block { local a = "}" -- }\n if x then y = { 1, { 2 } } end --[[ } ]] }';
  expect(
    servers(`server { location /lua { ${lua} } location / { proxy_pass http://127.0.0.1:9999; } }`)[0]
      ?.locations[1],
  ).toMatchObject({
    pattern: '/',
    backends: [tcp('127.0.0.1', 9999)],
  });
});

it('gives a root only to locations that serve files', () => {
  const [server] = servers(`server {
    root /srv;
    location /a { } location /b { proxy_pass http://127.0.0.1:1; } location /c { return 301 /; }
    location /d { deny all; } location /e { alias /data/e/; } location /f { root /data; location /f/g { } } }`);
  expect(server?.locations.map(({ pattern, root }) => [pattern, root])).toEqual([
    ['/a', '/srv'],
    ['/b', undefined],
    ['/c', undefined],
    ['/d', undefined],
    ['/e', '/data/e/'],
    ['/f', '/data'],
    ['/f/g', '/data'],
  ]);
});

describe('whether files changed since nginx loaded them', () => {
  const process = (pid: number, parent: number, startTicks: number, title: string): ProcessFacts => ({
    pid,
    parent,
    startTicks,
    user: 'root',
    command: [title],
    cwd: '/',
    cgroup: '',
  });
  const clock = { booted: 1000, now: 5000, clockTicks: 100 };
  const sections = (time: number): Section[] => [
    { name: 'nginx-version', rest: '', body: 'nginx version: nginx/1.22.1\n' },
    {
      name: 'nginx-times',
      rest: '',
      body: `900 /etc/nginx/nginx.conf\n${time} /etc/nginx/sites-enabled/words\n`,
    },
  ];
  const master = process(10, 1, 0, 'nginx: master process nginx');

  it('counts from the reload, which only the workers tell of', () => {
    const reloaded = [
      master,
      process(11, 10, 100_000, 'nginx: worker process'),
      process(12, 10, 500, 'nginx: worker process is shutting down'),
    ];
    expect(nginxFacts(sections(1500), reloaded, clock, [])?.changedSinceLoad).toBe(false);
    expect(nginxFacts(sections(2500), reloaded, clock, [])).toMatchObject({
      changedSinceLoad: true,
      newer: ['/etc/nginx/sites-enabled/words'],
    });
    expect(
      nginxFacts(sections(1500), [master, process(11, 10, 0, 'nginx: worker process')], clock, [])
        ?.changedSinceLoad,
    ).toBe(true);
  });

  it('says so where the clocks do not agree', () => {
    const unreadable: { fact: string; why: string }[] = [];
    const later = [process(10, 1, 1e9, 'nginx: master process nginx')];
    expect(nginxFacts(sections(2500), later, clock, unreadable)?.changedSinceLoad).toBe(false);
    expect(unreadable.map(({ fact }) => fact)).toEqual(['nginx.changedSinceLoad']);
  });

  it('keeps nginx’s own words where it fails, and knows when it does not run', () => {
    const broken = [
      ...sections(900).slice(0, 1),
      { name: 'nginx-error', rest: '', body: 'nginx: [emerg] unknown directive "x" in /a:1\n' },
    ];
    expect(nginxFacts(broken, [], clock, [])).toMatchObject({
      running: false,
      servers: [],
      error: 'nginx: [emerg] unknown directive "x" in /a:1',
    });
    expect(nginxFacts([], [], clock, [])).toBeNull();
  });
});

it('says that it is incomplete where more was printed than is read', () => {
  const sections = [
    { name: 'nginx-version', rest: '', body: 'nginx version: nginx/1.22.1\n' },
    { name: 'nginx-config', rest: '', body: '# configuration file /etc/nginx/nginx.conf:\nhttp {\n' },
  ];
  const cut = { name: 'nginx-cut', rest: '', body: '6291456\n' };
  const clock = { booted: 1000, now: 5000, clockTicks: 100 };
  expect(nginxFacts(sections, [], clock, [])?.incomplete).toBeUndefined();
  expect(nginxFacts([...sections, cut], [], clock, [])?.incomplete).toBe(
    'nginx -T prints more than the 6291456 bytes that are read',
  );
});

it('keeps what nginx warns of, however it begins the line', () => {
  const conflict = 'conflicting server name "words.example.test" on 0.0.0.0:80, ignored';
  const lines = [`2026/11/27 11:53:48 [warn] 47#47: ${conflict}`, `nginx: [warn] ${conflict}`];
  const sections = [
    { name: 'nginx-version', rest: '', body: 'nginx version: nginx/1.22.1\n' },
    { name: 'nginx-warnings', rest: '', body: lines.join('\n') },
  ];
  const clock = { booted: 1000, now: 5000, clockTicks: 100 };
  expect(nginxFacts(sections, [], clock, [])?.warnings).toEqual([conflict, conflict]);
});

it('tells where requests are logged, and where a balancer in front has to speak first', () => {
  const [words, plain, own] = servers(`
    access_log /var/log/nginx/access.log;
    server { listen 443 ssl proxy_protocol; access_log /var/log/nginx/words.log main;
      location / { proxy_pass http://127.0.0.1:9999; }
      location /quiet { access_log off; proxy_pass http://127.0.0.1:9999; } }
    server { location / { proxy_pass http://127.0.0.1:3000; } }
    server { access_log /var/log/$host.log; access_log syslog:server=10.0.0.1; }`);
  expect(words).toMatchObject({
    accessLogs: ['/var/log/nginx/words.log'],
    listens: [{ port: 443, proxyProtocol: true }],
  });
  expect(words?.locations.map(({ accessLogs }) => accessLogs)).toEqual([undefined, []]);
  expect(plain?.accessLogs).toEqual(['/var/log/nginx/access.log']);
  expect(own?.accessLogs).toBeUndefined();
});
