import { expect, it } from 'vitest';
import { pageInside } from '../../src/domain/environment/visited.js';
import type { NginxFacts, NginxLocation, NginxServer } from '../../src/domain/facts/facts.js';
import { combined, readingOf } from '../../src/domain/nginx/gates/log-format.js';
import { visitorsOf } from '../../src/init/visitors.js';
import { makeNginx, makeServer } from '../domain/make-facts.js';

const backend = { kind: 'tcp', address: '127.0.0.1', port: 9999 } as const;
const shared = '/var/log/nginx/access.log';
const own = '/var/log/nginx/words.log';

function visitors(
  server: NginxServer,
  others: NginxServer[] = [],
  logFormats: NginxFacts['logFormats'] = {},
) {
  const nginx = { ...makeNginx(server, ...others), logFormats };
  const [location] = server.locations;
  if (location === undefined) throw new Error('it has no location');
  return visitorsOf(nginx, { server, location, backend }, 'words.example.test', null);
}

const words = (over: Partial<NginxServer> = {}) => makeServer('words.example.test', [backend], over);
const located = (over: Partial<NginxLocation>): NginxServer =>
  words({ locations: [{ modifier: '', pattern: '/tools/', backends: [backend], where: '', ...over }] });

it('a log of this site alone is read, also that of its server without TLS', () => {
  const { logs, unread } = visitors(
    words({ accessLogs: [own] }),
    [words({ accessLogs: ['/var/log/nginx/plain.log'] })],
    {
      [own]: combined,
      '/var/log/nginx/plain.log': combined,
    },
  );
  expect(logs.map(({ file }) => file)).toEqual([own, '/var/log/nginx/plain.log']);
  expect(unread).toEqual([]);
});

it('a log of several sites is read where its lines tell of which each is, and is told else', () => {
  const blog = makeServer('blog.example.test', [{ ...backend, port: 8081 }], { accessLogs: [shared] });
  const here = words({ accessLogs: [shared] });
  expect(visitors(here, [blog], { [shared]: '$remote_addr "$request" $status' })).toMatchObject({
    logs: [],
    unread: [`${shared}: other sites are logged there too, and a line does not tell of which it is`],
  });
  const [log] = visitors(here, [blog], { [shared]: `$host ${combined}` }).logs;
  expect(log?.host).toBe('^');
  // Of nginx's own format those that a page of the site led to.
  expect(visitors(here, [blog], { [shared]: combined }).logs).toMatchObject([
    { host: readingOf(combined).referer },
  ]);
  // What turns strangers away serves nobody.
  const nobody = { ...blog, names: ['_'], locations: [] };
  expect(visitors(here, [nobody], { [shared]: combined }).unread).toEqual([]);
});

it('a log whose lines are unknown is told', () => {
  expect(visitors(words({ accessLogs: [own] })).unread).toEqual([
    `${own}: it is not known how its lines are written`,
  ]);
});

it('what proxy_pass makes of an address is known, unless something rewrites it', () => {
  const pass = (text: string) => ({ by: 'proxy_pass', text, where: '' });
  const inside = (server: NginxServer) => pageInside(visitors(server), '/tools/count');
  expect(inside(located({ handles: { pass: pass('http://127.0.0.1:9999') } }))).toBe('/tools/count');
  expect(inside(located({ handles: { pass: pass('http://127.0.0.1:9999/') } }))).toBe('/count');
  expect(inside(located({ handles: { pass: pass('http://127.0.0.1:9999/app/') } }))).toBe('/app/count');
  expect(inside(located({ handles: { pass: pass('http://$backend/x') } }))).toBeNull();
  expect(
    inside({
      ...located({}),
      rules: [{ do: 'if', test: ['$a'], rules: [{ do: 'rewrite', from: '^/tools', to: '/' }] }],
    }),
  ).toBeNull();
});
