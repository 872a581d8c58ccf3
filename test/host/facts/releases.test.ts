import { expect, test } from 'vitest';
import { releasesOf } from '../../../src/host/facts/releases.js';

const section = (name: string, rest: string, body: string) => ({ name, rest, body });
const record = (outcome: string, when: string, more = {}) =>
  JSON.stringify({ outcome, when, by: 'kim@laptop', deployment: 'belay/words/production/web1@1', ...more });

test('releases are told by where the path leads, failed ones too, whatever their records hold', () => {
  const found = releasesOf(
    [
      section('releases', '', 'real=/srv/words.belay/releases/20261103T100000Z-cccccccc/tree\n'),
      section('release', '20261101T100000Z-adopted', record('adopted', '2026-11-01T10:00:00Z')),
      section('release', '20261102T100000Z-bbbbbbbb', record('active', '2026-11-02T10:00:00Z')),
      section(
        'release',
        '20261103T100000Z-cccccccc',
        record('previous', '2026-11-03T10:00:00Z', { commit: 'f00', dirty: true }),
      ),
      section('kilobytes', '20261103T100000Z-cccccccc', '12\n'),
      section('release', '20261104T100000Z-dddddddd', '{"outcome": 7'),
      section('failed', '20261105T100000Z-eeeeeeee', record('failed', '2026-11-05T10:00:00Z')),
    ],
    '/srv/words',
  );
  expect(
    found.map(({ release, state, previous }) => `${release} ${state}${previous ? ', previous' : ''}`),
  ).toEqual([
    '20261105T100000Z-eeeeeeee failed',
    '20261104T100000Z-dddddddd staged',
    '20261103T100000Z-cccccccc active',
    '20261102T100000Z-bbbbbbbb kept, previous',
    '20261101T100000Z-adopted adopted',
  ]);
  expect(found[0]).toMatchObject({
    folder: '/srv/words.belay/failed/20261105T100000Z-eeeeeeee',
    bytes: null,
  });
  expect(found[2]).toMatchObject({ commit: 'f00', dirty: true, bytes: 12_288, by: 'kim@laptop' });
  expect(found[1]).toMatchObject({ by: null, when: '', commit: null });
});
