import { expect, test } from 'vitest';
import { leadsOf } from '../../../../src/host/facts/nginx/leads.js';

const of = (text: string) => leadsOf(new Map([['/etc/nginx/nginx.conf', text]]));

test('every pass and every server of an upstream that leads to an address on this machine is found, with its line', () => {
  const leads = of(`http {
  upstream words { server 127.0.0.1:9999; server unix:/run/words.sock backup; }
  server { # proxy_pass http://127.0.0.1:9999;
    location / { proxy_pass http://words; }
    location /a { proxy_pass "http://localhost:9999/x"; }
    location /b { proxy_pass http://127.0.0.1:9999$request_uri; }
    location /c { proxy_pass http://10.0.0.7:8000; }
    location /d { uwsgi_pass
      unix:/var/run/words.sock; }
  }
}`);
  expect(leads).toEqual([
    {
      address: { kind: 'port', port: 9999 },
      at: [2, 5, 6].map((line) => `/etc/nginx/nginx.conf:${line}`),
      otherwise: [],
    },
    {
      address: { kind: 'socket', path: '/run/words.sock' },
      at: [2, 9].map((line) => `/etc/nginx/nginx.conf:${line}`),
      otherwise: [],
    },
  ]);
});

test.each([
  ['a variable', 'set $app 127.0.0.1:9999;'],
  ['the port alone in a variable', 'set $port 9999;'],
  ['a header', 'proxy_set_header Host 127.0.0.1:9999;'],
  ['a redirect', 'proxy_redirect http://127.0.0.1:9999/ /;'],
  ['a map', 'map $uri $to { default 127.0.0.1:9999; }'],
  ['the port alone in a map', 'map $uri $to { ~^/x 9999; }'],
  ['a program', 'content_by_lua_block { connect("127.0.0.1", 9999) }'],
  ['another machine’s', 'proxy_pass http://10.0.0.7:9999;'],
])('an address that is named otherwise too is told: %s', (_name, line) => {
  const [lead] = of(`proxy_pass http://127.0.0.1:9999;\n${line}\nkeepalive_requests 9999; listen 99990;`);
  expect(lead?.otherwise).toEqual(['/etc/nginx/nginx.conf:2']);
});
