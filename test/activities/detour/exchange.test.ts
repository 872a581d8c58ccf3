import { expect, test } from 'vitest';
import { exchangeOf, isLed, type Exchange } from '../../../src/activities/detour/exchange.js';
import type { Bind } from '../../../src/domain/app/address.js';

const own: Bind = { kind: 'port', port: 9999, from: 'nginx' };
const spare: Bind = { kind: 'port', port: 24522, from: 'rehearsal' };

function sections(files: Record<string, string>) {
  const dump = Object.entries(files).map(([name, text]) => `# configuration file ${name}:\n${text}\n`);
  const size = ([name, text]: [string, string]) => `${Buffer.byteLength(text)} ${name}`;
  const real = (name: string) => `${name.replace('enabled', 'available')}\t${name}`;
  return [
    { name: 'nginx-config', rest: '', body: dump.join('') },
    { name: 'nginx-sizes', rest: '', body: Object.entries(files).map(size).join('\n') },
    { name: 'nginx-real', rest: '', body: Object.keys(files).map(real).join('\n') },
    { name: 'nginx-command', rest: '', body: '/usr/sbin/nginx\n\n\n' },
  ];
}

const main = 'http { include /etc/nginx/enabled/*; }\n';
const site = `upstream words { server 127.0.0.1:9999; } # was 127.0.0.1:9999
server { location /ü { proxy_pass http://localhost:9999; }
  location / { proxy_pass http://127.0.0.1:8081; } }
`;

test('nothing but the address differs, in its real file, and what stood there is known', () => {
  const found = exchangeOf(
    sections({ '/etc/nginx/nginx.conf': main, '/etc/nginx/enabled/words': site }),
    own,
    spare,
  );
  expect(found).toMatchObject({
    nginx: '/usr/sbin/nginx\n\n\n',
    pairs: [
      ['localhost:24522', 'localhost:9999'],
      ['127.0.0.1:24522', '127.0.0.1:9999'],
    ],
  });
  expect((found as Exchange).files).toEqual([
    {
      path: '/etc/nginx/available/words',
      sum: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      text: site
        .replace('server 127.0.0.1:9999', 'server 127.0.0.1:24522')
        .replace('localhost:9999', 'localhost:24522'),
    },
  ]);
});

test.each<[string, string, Bind]>([
  ['names the app’s address in another way', `${site}set $app 127.0.0.1:9999;`, spare],
  ['names the spare address already', site, { kind: 'port', port: 8081, from: '' }],
  ['does not name the app’s address any more', 'server { }', spare],
  ['is not UTF-8', `${site}# \ufffd`, spare],
])('where it cannot be done for certain the reason is told: %s', (why, text, to) => {
  const seen = sections({ '/etc/nginx/nginx.conf': main, '/etc/nginx/enabled/words': text });
  expect(exchangeOf(seen, own, to)).toContain(why);
});

test('files that lead there already are told from others', () => {
  expect(isLed(sections({ '/etc/nginx/nginx.conf': 'proxy_pass http://127.0.0.1:24522;' }), spare)).toBe(
    true,
  );
  expect(isLed(sections({ '/etc/nginx/nginx.conf': 'proxy_pass http://127.0.0.1:245221;' }), spare)).toBe(
    false,
  );
});
