import { expect, it } from 'vitest';
import type { GivenFacts } from '../../../src/domain/facts/facts.js';
import { makeFinding } from '../../../src/domain/findings/finding.js';
import { measuredLoss, unsaid, type Had } from '../../../src/domain/plan/measured.js';

const limit = (now: string): GivenFacts => ({ what: 'limit', name: 'NOFILE', now, usual: '1024' });
const umask: GivenFacts = { what: 'umask', name: 'umask', now: '0002', usual: '0022' };
const serving: Had[] = [
  { variables: ['A', 'DATABASE_URL'], given: [limit('4096'), umask], program: '/opt/node20/bin/node' },
  { given: [], program: '/opt/node20/bin/node' },
];

it('finds what only the process that serves has', () => {
  const { variables, given } = measuredLoss(serving, [
    { variables: ['A'], given: [], program: '/usr/bin/node' },
  ]);
  expect(variables).toEqual(['DATABASE_URL']);
  expect(given).toEqual([
    limit('4096'),
    umask,
    { what: 'interpreter', name: 'program', now: '/opt/node20/bin/node', usual: '/usr/bin/node' },
  ]);
});

it('finds nothing where the release has as much or more, or where nothing could be read', () => {
  const more = [
    { variables: ['DATABASE_URL', 'A'], given: [limit('65536'), umask], program: '/usr/bin/python3.11' },
  ];
  expect(measuredLoss(serving, more)).toEqual({ variables: [], given: [] });
  expect(measuredLoss(serving, [{ given: [limit('2048'), umask] }])).toEqual({
    variables: [],
    given: [{ ...limit('4096'), usual: '2048' }],
  });
});

it('is unsaid where neither the plan names it nor belay.yml accepts it', () => {
  const lost = { variables: ['DATABASE_URL'], given: [limit('4096'), umask] };
  const say = (id: 'app.variables-lost' | 'app.settings-lost', evidence: string) =>
    makeFinding(id, { host: 'web1', message: '', evidence, remedy: '' });
  const acknowledge = {};
  expect(unsaid(lost, [], { acknowledge })).toEqual([
    'the variable DATABASE_URL',
    'limit NOFILE 4096, then 1024',
    'umask 0002, then 0022',
  ]);
  const said = [
    say('app.variables-lost', 'DATABASE_URL'),
    say('app.settings-lost', 'words.service: LimitNOFILE, UMask'),
  ];
  expect(unsaid(lost, said, { acknowledge })).toEqual([]);
  const reckoned = [say('app.settings-lost', 'limit NOFILE 4096, then 1024\numask 0002, then 0077')];
  expect(unsaid(lost, reckoned, { acknowledge: { 'app.variables-lost': 'not needed' } })).toEqual([]);
});
