import fc from 'fast-check';
import { expect, it } from 'vitest';
import { filesOfDump } from '../../../src/host/facts/nginx/dump.js';
import { configurationTree } from '../../../src/host/facts/nginx/tree.js';
import { configured } from '../../../src/host/facts/nginx/servers.js';
import { factsOf } from '../../../src/host/facts/read.js';
import { takeApart } from '../../../src/host/facts/sections.js';
import { recordedSections } from '../../fixtures/facts/load.js';

const subject = { path: '/srv/words', unit: 'belay-words.service' };
const recorded = recordedSections('words');
const names = [
  ...new Set(recorded.map(({ name }) => name)),
  'owner',
  'supervisor',
  'supervisor-files',
  'docker',
  'certificate',
  'at',
  'user-unit',
  'users',
  'socket-folders',
  'active-entry',
  'release',
  'environ',
  'nginx-error',
  'proc-tcp',
  'proc-sockets',
];
const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array).toString('utf8'));
const body = fc.oneof(bytes, fc.string({ unit: 'grapheme', maxLength: 300 }), fc.json());

it('ends with facts, whatever bytes the sections hold', () => {
  const section = fc.record({
    name: fc.constantFrom(...names),
    rest: fc.oneof(bytes, fc.constantFrom('1', '44 root', 'a0000f01b2c3d4 words', '/etc/tls/words.pem')),
    body,
  });
  fc.assert(
    fc.property(fc.array(section, { maxLength: 30 }), (sections) => {
      const facts = factsOf(sections, subject);
      expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
    }),
    { numRuns: 300 },
  );
});

it('ends with facts, whatever piece of a real answer is missing or damaged', () => {
  const whole = recorded.map(({ name, rest, body: text }) => `\nNONCE ${name} ${rest}\n${text}`).join('');
  fc.assert(
    fc.property(fc.nat(whole.length), fc.nat(2000), bytes, (at, length, instead) => {
      const facts = factsOf(
        takeApart(whole.slice(0, at) + instead + whole.slice(at + length), 'NONCE'),
        subject,
      );
      expect(facts.processes.every(({ pid, startTicks }) => pid >= 0 && startTicks >= 0)).toBe(true);
      expect(facts.listeners.every(({ port }) => port <= 99_999)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

it('reads any text as nginx’s configuration, and soon', () => {
  const piece = fc.constantFrom(
    'http',
    'server',
    '{',
    '}',
    ';',
    '"',
    "'",
    '\\',
    '#',
    '\n',
    ' ',
    'location',
    '~',
    'include',
    '*',
    '[',
    'a',
    '$',
    '${x}',
    'proxy_pass',
    'http://a:1',
    'x_by_lua_block',
    '# configuration file a:\n',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 200 }), (pieces) => {
      const text = `# configuration file /a:\n${pieces.join('')}`;
      expect(Array.isArray(configured(configurationTree(filesOfDump(text)).top).servers)).toBe(true);
    }),
    { numRuns: 500 },
  );
  // Work that grows with the square of these takes minutes, and the test's limit ends it.
  configured(configurationTree(filesOfDump(`# configuration file /a:\n${'include /a;'.repeat(50_000)}`)).top);
  configured(configurationTree(filesOfDump(`# configuration file /a:\n${'{'.repeat(200_000)}`)).top);
});

it('takes no content for a section', () => {
  const text = '\nNONCE app \nkind=directory\nOTHER app \nkind=other\n NONCE app\nNONCE end\n';
  expect(takeApart(text, 'NONCE')).toEqual([
    { name: 'app', rest: '', body: 'kind=directory\nOTHER app \nkind=other\n NONCE app' },
    { name: 'end', rest: '', body: '' },
  ]);
});
