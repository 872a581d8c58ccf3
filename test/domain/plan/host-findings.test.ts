import { expect, it } from 'vitest';
import type { Facts } from '../../../src/domain/facts/facts.js';
import { finder } from '../../../src/domain/findings/finder.js';
import { hostFindings } from '../../../src/domain/plan/host-findings.js';
import type { Bind } from '../../../src/domain/app/address.js';
import { makeApp } from '../make-app.js';
import { port } from '../make-backend.js';
import { makeFacts, makeListener, makeNginx, makeProcess, makeServer } from '../make-facts.js';

const bind: Bind = { kind: 'port', port: 9999, from: 'nginx' };

function found(over: Partial<Facts>, at: Bind = bind) {
  const find = finder('web1');
  hostFindings({ app: makeApp(), facts: makeFacts(over), bind: at, stops: [] }, find);
  return find.found.map(({ id, message }) => `${id}: ${message}`);
}

it('finds nothing on a sound server', () => {
  expect(found({})).toEqual([]);
});

it.each([
  ['/usr/sbin/apache2 -k start', 'Apache'],
  ['/usr/bin/caddy run', 'Caddy'],
  ['/usr/sbin/haproxy -Ws', 'HAProxy'],
])('names %s on the ports of the web', (command, name) => {
  const over = {
    listeners: [makeListener(80, [9]), makeListener(443, [9])],
    processes: [makeProcess(9, command)],
  };
  expect(found(over)).toEqual([expect.stringMatching(new RegExp(`^web.other: ${name} takes`))]);
  expect(found(over, { kind: 'port', port: 80, from: '' })).toHaveLength(1);
  expect(found({ ...over, listeners: [makeListener(8080, [9])] })).toEqual([]);
});

it('tells when the site’s own certificate ends, and no other’s', () => {
  const facts = makeFacts();
  const server = (number: number, certificate: string) =>
    makeServer('words', [port(number)], { certificate });
  const nginx = makeNginx(server(9999, '/tls/words.pem'), server(8000, '/tls/blog.pem'));
  const ends = (days: number) => {
    const expires = facts.system.now + days * 86_400;
    const known = (file: string) => ({ file, expires, names: [] });
    return found({ nginx, certificates: [known('/tls/words.pem'), known('/tls/blog.pem')] });
  };
  expect(ends(20)).toEqual([]);
  expect(ends(3)).toEqual(['nginx.certificate: The certificate /tls/words.pem expires in 3 days.']);
  expect(ends(-1)).toEqual([
    'nginx.certificate: The certificate /tls/words.pem has expired: browsers refuse the site.',
  ]);
});

it('tells of the clock and of memory', () => {
  const { system } = makeFacts();
  expect(found({ system: { ...system, skewSeconds: 20 } })).toEqual([]);
  expect(found({ system: { ...system, skewSeconds: -90 } })).toEqual([
    expect.stringMatching(/^clock.skew: The host’s clock is 90 s behind/),
  ]);
  expect(found({ system: { ...system, memoryAvailableBytes: 50e6 } })).toEqual([
    expect.stringMatching(/^memory.low: Only 50 MB/),
  ]);
});
