import { describe, expect, test } from 'vitest';
import type { Facts, FenceFacts } from '../../../src/domain/facts/facts.js';
import { actingDeployment, driftOf, knownFrom } from '../../../src/domain/health/drift.js';
import { makeApp } from '../make-app.js';
import { port } from '../make-backend.js';
import { makeFacts, makeListener, makeNginx, makeProcess, makeServer, makeUnit } from '../make-facts.js';

const app = makeApp();
const release = '20261124T101500Z-1f0c9a2b';
const fence: FenceFacts = {
  number: 7,
  deployment: 'belay/words/production/web1@run1',
  by: 'kim@laptop',
  since: 1_795_400_000,
  renewed: 1_795_400_100,
  state: 'free',
  running: false,
};

/** A server as a deployment leaves it. */
function deployed(over: Partial<Facts> = {}, nginxPort = 9999): Facts {
  const unit = 'belay-words.service';
  return makeFacts({
    app: {
      kind: 'symlink',
      realPath: `/srv/words.belay/releases/${release}/tree`,
      parentWritable: true,
      releases: [{ release, outcome: 'active', when: '' }],
      active: release,
      activeFiles: { start: 'a', environment: 'b', unit: 'c' },
      fence,
    },
    nginx: makeNginx(makeServer('words.example.test', [port(nginxPort)])),
    listeners: [makeListener(9999, [100])],
    processes: [
      makeProcess(100, 'gunicorn app:app', {
        cwd: `/srv/words.belay/releases/${release}/tree`,
        cgroup: `/system.slice/${unit}`,
      }),
    ],
    units: [makeUnit(unit, '/bin/sh /srv/words.belay/x/start', { mainPid: 100 })],
    ...over,
  });
}

const known = knownFrom(deployed(), app, 'web1', 0);
const keys = (facts: Facts) => driftOf(facts, known, app, 'web1').map(({ key }) => key);
const texts = (facts: Facts) => driftOf(facts, known, app, 'web1').map(({ text }) => text);

describe('what is not as the last deployment left it', () => {
  test('nothing, as long as nobody was there', () => {
    expect(driftOf(deployed(), known, app, 'web1')).toEqual([]);
  });

  test("nginx's port, changed by hand", () => {
    expect(texts(deployed({}, 9998))).toEqual([
      expect.stringMatching(
        /^the app is expected on port 9998 now \(nginx, .*\); at the last deployment it was port 9999/,
      ),
    ]);
  });

  test('nginx that cannot read its configuration any more', () => {
    const nginx = { ...makeNginx(), error: 'unexpected "}" in /etc/nginx/nginx.conf:3' };
    expect(keys(deployed({ nginx }))).toEqual(['nginx nginx.broken']);
  });

  test('a cron line, a pm2 entry and a unit that would start another server of the app', () => {
    const entry = {
      id: 0,
      name: 'words',
      status: 'online',
      pid: 200,
      script: '/srv/words/app.py',
      args: [],
      cwd: '/srv/words',
      mode: 'fork' as const,
      restarts: 0,
      port: '9999',
    };
    const daemon = {
      user: 'root',
      home: '/root/.pm2',
      daemonPid: 50,
      command: '/usr/bin/pm2',
      entries: [entry],
      dumpMatches: true,
    };
    const pm2 = [daemon];
    const text = '*/2 * * * * cd /srv/words && gunicorn -b 127.0.0.1:9999 app:app';
    const cron = [{ source: 'crontab:root', line: 3, text, command: text.slice(12) }];
    const units = [
      ...deployed().units,
      makeUnit('old-words.service', '/usr/bin/gunicorn -b :9999 app:app', { active: 'inactive' }),
    ];
    expect(keys(deployed({ pm2, cron, units })).sort()).toEqual([
      'keeper line 3 of crontab:root',
      'keeper pm2 entry words (id 0) of root',
      'keeper unit old-words.service',
    ]);
    // What a deployment stopped stays in pm2's list.
    const stopped = [{ ...daemon, entries: [{ ...entry, status: 'stopped', pid: 0 }] }];
    expect(keys(deployed({ pm2: stopped }))).toEqual([]);
  });

  test('the unit file, the variables, the start script; and a link that leads elsewhere', () => {
    const facts = deployed();
    const files = { start: 'a', environment: 'x' };
    expect(texts({ ...facts, app: { ...facts.app, activeFiles: files } })).toEqual([
      `the file of variables of ${release} was changed on the host by hand`,
      `the unit file of ${release} was changed on the host by hand`,
    ]);
    expect(texts({ ...facts, app: { ...facts.app, active: undefined, kind: 'directory' } })[0]).toBe(
      `/srv/words leads to no release now, not to ${release}`,
    );
  });

  test('a certificate file of the site that ends soon or has ended, whether or not a visitor is asked for', () => {
    const server = makeServer('words.example.test', [port(9999)], { certificate: '/tls/words.pem' });
    const nginx = makeNginx(server);
    const ends = (days: number): Facts => {
      const facts = deployed({ nginx });
      const expires = facts.system.now + days * 86_400;
      return { ...facts, certificates: [{ file: '/tls/words.pem', expires, names: [] }] };
    };
    expect(texts(ends(14))).toEqual([]);
    expect(texts(ends(3))).toEqual([
      'the certificate /tls/words.pem, which nginx gives to visitors, ends on 2026-11-27, in 3 days',
    ]);
    expect(texts(ends(-1))).toEqual([
      'the certificate /tls/words.pem, which nginx gives to visitors, has expired on 2026-11-23',
    ]);
    // One trouble day after day, so that people are told of it once.
    expect([keys(ends(3)), keys(ends(2)), keys(ends(-1))]).toEqual(
      Array(3).fill(['certificate /tls/words.pem']),
    );
  });

  test('a disk that is nearly full', () => {
    const disk = { filesystem: '/dev/sda1', availableBytes: 4e8, availableInodes: 1e6 };
    expect(texts(deployed({ disk }))).toEqual(['only 400 MB and 1000000 inodes are free on /dev/sda1']);
  });
});

describe('a deployment that holds the host', () => {
  const held = (over: Partial<FenceFacts>): Facts => {
    const facts = deployed();
    const { now } = facts.system;
    return { ...facts, app: { ...facts.app, fence: { ...fence, state: 'held', renewed: now - 5, ...over } } };
  };

  test('acts as long as it is heard of or a change of it runs', () => {
    expect(actingDeployment(held({}))).toBe(fence.deployment);
    expect(actingDeployment(held({ renewed: 0, running: true }))).toBe(fence.deployment);
    expect(actingDeployment(deployed())).toBeUndefined();
  });

  test('and is silent for ten minutes came to no end', () => {
    const facts = held({ renewed: 0 });
    expect(actingDeployment(facts)).toBeUndefined();
    expect(keys(facts)).toEqual(['unfinished']);
  });
});
