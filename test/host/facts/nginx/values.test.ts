import { expect, test } from 'vitest';
import { nginxFacts } from '../../../../src/host/facts/nginx/nginx.js';

const clock = { booted: 0, now: 0, clockTicks: 100 };

/** @param files of the configuration by name, the main one first */
function read(files: Record<string, string>) {
  const dump = Object.entries(files).map(([name, text]) => `# configuration file ${name}:\n${text}\n`);
  return nginxFacts(
    [
      { name: 'nginx-version', rest: '', body: 'nginx version: nginx/1.22.1' },
      { name: 'nginx-config', rest: '', body: dump.join('') },
    ],
    [],
    clock,
    [],
  );
}

const lines = Array.from({ length: 50_000 }, (_, index) => `/old/${index} /n/${index};`).join('\n');
const site = (inside: string) =>
  `server { server_name w.test; ${inside} location / { proxy_pass http://127.0.0.1:9999; } }`;

test('a map of 50,000 lines is passed over; what follows it, its default and what its lines name are found', () => {
  const map = `map $uri $moved {
# } is no end, nor "
"}" "/brace"; '/it''s { } \\' }' /quoted; /a\\{b}c /word; ~^/\${x}$ /dollar;
${lines}
/port x:9999;
default "/none";
}`;
  const nginx = read({
    '/etc/nginx/nginx.conf': `http {\n${map}\n${site('if ($moved) { return 301 $moved; }')}\n}`,
  });
  expect(nginx?.maps).toEqual([
    { name: 'moved', source: '$uri', entries: [], otherwise: '/none', cut: true },
  ]);
  expect(nginx?.servers).toMatchObject([
    { names: ['w.test'], where: '/etc/nginx/nginx.conf:50008', locations: [{ pattern: '/' }] },
  ]);
  expect(nginx?.leads).toEqual([
    {
      address: { kind: 'port', port: 9999 },
      at: ['/etc/nginx/nginx.conf:50008'],
      otherwise: ['/etc/nginx/nginx.conf:50005'],
    },
  ]);
  expect(nginx?.incomplete).toBeUndefined();
});

test('a map’s lines come out of files that it includes too, and only where something asks for them', () => {
  const files = (inside: string) => ({
    '/etc/nginx/nginx.conf': `http { map $uri $to { include maps/*.map; hostnames; default b; }\n${site(inside)} }`,
    '/etc/nginx/maps/one.map': '/one a; include /etc/nginx/more;',
    '/etc/nginx/more': '"/two words" c;',
  });
  expect(read(files('if ($to = a) { return 404; }'))?.maps).toEqual([
    {
      name: 'to',
      source: '$uri',
      hostnames: true,
      otherwise: 'b',
      entries: [
        ['/one', 'a'],
        ['/two words', 'c'],
      ],
    },
  ]);
  expect(read(files(''))?.maps).toBeUndefined();
});
