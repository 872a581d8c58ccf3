import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { appFacts } from '../../../src/host/facts/app.js';
import { cronFacts } from '../../../src/host/facts/keepers/cron.js';
import { pm2Facts } from '../../../src/host/facts/keepers/pm2.js';
import { processFacts } from '../../../src/host/facts/processes.js';
import type { Section, Unreadable } from '../../../src/host/facts/sections.js';
import { listenerFacts } from '../../../src/host/facts/sockets.js';
import { diskFacts } from '../../../src/host/facts/system.js';

const section = (name: string, body: string, rest = ''): Section => ({ name, rest, body });
const all = () => true;

describe('listeners', () => {
  it('reads every form of address that ss prints', () => {
    const tcp = [
      'LISTEN 0 511 127.0.0.53%lo:53 0.0.0.0:* users:(("systemd-resolve",pid=9,fd=1))',
      'LISTEN 0 511 [::1]:9999 [::]:* users:(("a b",pid=7,fd=1),("a b",pid=7,fd=2),("c",pid=3,fd=1))',
      'LISTEN 0 511 *:80 *:*',
      'State Recv-Q Send-Q Local Address:Port',
    ].join('\n');
    expect(listenerFacts([section('tcp', tcp)], all, [])).toEqual([
      { protocol: 'tcp', address: '127.0.0.53', port: 53, pids: [9] },
      { protocol: 'tcp', address: '*', port: 80, pids: [] },
      { protocol: 'tcp', address: '::1', port: 9999, pids: [3, 7] },
    ]);
  });

  it('keeps the unix sockets that are asked for, with blanks in their names', () => {
    const unix = [
      'u_str LISTEN 0 2048 /run/my words.sock 71486 * 0 users:(("gunicorn",pid=85,fd=19))      ',
      'u_str LISTEN 0 511 /root/.pm2/rpc.sock 71487 * 0 users:(("x",pid=1,fd=20))',
    ].join('\n');
    expect(
      listenerFacts([section('tcp', ''), section('unix', unix)], (path) => path.startsWith('/run'), []),
    ).toEqual([{ protocol: 'unix', address: '', port: 0, path: '/run/my words.sock', pids: [85] }]);
  });

  it('reads /proc/net/tcp where ss is absent', () => {
    const lines = [
      '   0: 0100007F:270F 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4242 1 0 100 0 0 10 0',
      '   1: 00000000000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 77 1',
    ].join('\n');
    const sockets = '/proc/12/fd socket:[4242]\n/proc/11/fd socket:[4242]\n/proc/11/fd socket:[1]';
    expect(listenerFacts([section('proc-tcp', lines), section('proc-sockets', sockets)], all, [])).toEqual([
      { protocol: 'tcp', address: '::1', port: 80, pids: [] },
      { protocol: 'tcp', address: '127.0.0.1', port: 9999, pids: [11, 12] },
    ]);
  });

  it('says so where neither is there', () => {
    const unreadable: Unreadable = [];
    expect(listenerFacts([], all, unreadable)).toEqual([]);
    expect(unreadable[0]?.fact).toBe('listeners');
  });
});

describe('processes', () => {
  const boot = 'a1218f99-9c68-40a0-952b-df726bf0d895';
  const fields = (ticks: number) => `S 70 70 70 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 ${ticks} 36061184 7360`;
  const process = (name: string, cmdline: string) =>
    section(
      'process',
      `80 (${name}) ${fields(142441)}\n${boot}\n0::/system.slice/words.service\n${boot}\n${cmdline}`,
      '80',
    );

  it('reads names that hold brackets and newlines, and arguments that hold anything', () => {
    const name = 'a) S 1 1\n(b';
    const command = ['sh', '-c', `echo\n${boot}\n`, ''];
    const sections = [
      process(name, `${command.join('\0')}\0`),
      section('cwd', '/proc/80 /srv/my words (deleted)'),
      section('owners', '/proc/80 www-data'),
      section('environ', '/proc/80/environ:BELAY_RELEASE=20261124T101500Z-1f0c9a2b'),
    ];
    expect(processFacts(sections, boot)).toEqual([
      {
        pid: 80,
        parent: 70,
        startTicks: 142441,
        user: 'www-data',
        command: ['sh', '-c', `echo\n${boot}\n`],
        cwd: '/srv/my words',
        cgroup: '/system.slice/words.service',
        release: '20261124T101500Z-1f0c9a2b',
      },
    ]);
  });

  it('leaves out what ended meanwhile, and takes a rewritten title as one argument', () => {
    expect(processFacts([section('process', '', '81')], boot)).toEqual([]);
    expect(
      processFacts([process('gunicorn', 'gunicorn: master [app:app]\0\0\0\0')], boot)[0]?.command,
    ).toEqual(['gunicorn: master [app:app]']);
    expect(processFacts([process('kthreadd', '')], boot)[0]?.command).toEqual([]);
  });
});

describe('cron', () => {
  it('knows fields, names of days, @reboot, users of system files, % and comments', () => {
    const user = '# m h\nPATH=/bin\n0 3 * * mon-fri /bin/a 50\\% x%input\n@reboot b\n*/2 * * * * c\n\n1 2 3';
    const found = cronFacts(
      [section('cron', user, 'crontab:root'), section('cron', '@daily www-data d\n', '/etc/cron.d/x')],
      all,
    );
    expect(found.map(({ source, line, command }) => [source, line, command])).toEqual([
      ['crontab:root', 3, '/bin/a 50\\% …'],
      ['crontab:root', 4, 'b'],
      ['crontab:root', 5, 'c'],
      ['/etc/cron.d/x', 1, 'd'],
    ]);
  });
});

it('tells no secret of a line about the app, but enough to know the line again', () => {
  const lines = ['0 3 * * * PASSWORD=planted /srv/words/backup', '0 4 * * * /srv/words/backup'];
  expect(cronFacts([section('cron', lines.join('\n'), 'crontab:root')], all)).toEqual([
    {
      source: 'crontab:root',
      line: 1,
      text: '0 3 * * * PASSWORD=… /srv/words/backup',
      command: 'PASSWORD=… /srv/words/backup',
      digest: createHash('sha256')
        .update(lines[0] ?? '')
        .digest('hex')
        .slice(0, 8),
    },
    { source: 'crontab:root', line: 2, text: lines[1], command: '/srv/words/backup' },
  ]);
});

describe('the app’s path', () => {
  const belay = '/srv/words.belay';

  it('knows the release that it leads to, its fence and its records', () => {
    const unreadable: Unreadable = [];
    const sections = [
      section(
        'app',
        'kind=symlink\ntarget=words.belay/releases/R2/tree\nreal=/data/words.belay/releases/R2/tree\nwritable=yes\nowner=root\nuserExists=no',
      ),
      section('release', '{"outcome":"active","digest":"d","when":"2026-11-24T10:15:00Z"}', 'R2'),
      section('release', '{"outcome"', 'R1'),
      section(
        'owner',
        'number=7\ndeployment=belay/words/production/web1@x\nby=me@laptop\nsince=100\nrenewed=200\nstate=held\nrunning=yes',
      ),
      section('active-start', `${'a'.repeat(64)}  -`),
      section('state', 'folder=/var/lib/belay/5e1f'),
    ];
    expect(appFacts(sections, '/srv/words', belay, unreadable)).toEqual({
      kind: 'symlink',
      target: 'words.belay/releases/R2/tree',
      realPath: '/data/words.belay/releases/R2/tree',
      parentWritable: true,
      owner: 'root',
      active: 'R2',
      userExists: false,
      activeFiles: { start: 'a'.repeat(64) },
      releases: [{ release: 'R2', outcome: 'active', digest: 'd', when: '2026-11-24T10:15:00Z' }],
      fence: {
        number: 7,
        deployment: 'belay/words/production/web1@x',
        by: 'me@laptop',
        since: 100,
        renewed: 200,
        state: 'held',
        running: true,
      },
      state: { folder: '/var/lib/belay/5e1f' },
    });
    expect(unreadable.map(({ fact }) => fact)).toEqual(['release R1']);
  });

  it('does not take somebody’s own link for a release', () => {
    const sections = [
      section(
        'app',
        'kind=symlink\ntarget=/srv/other.belay/releases/R/tree\nreal=/srv/other.belay/releases/R/tree',
      ),
    ];
    expect(appFacts(sections, '/srv/words', belay, []).active).toBeUndefined();
  });
});

it('reads df, also of a file system without a number of inodes', () => {
  const sections = [
    section(
      'disk',
      'Filesystem 1024-blocks Used Available Capacity Mounted on\n//nas/my share 100 40 60 40% /srv',
    ),
    section('inodes', 'Filesystem Inodes IUsed IFree IUse% Mounted on\n//nas/my share 0 0 0 - /srv'),
  ];
  expect(diskFacts(sections, [])).toEqual({
    filesystem: '//nas/my share',
    availableBytes: 61440,
    availableInodes: Number.MAX_SAFE_INTEGER,
  });
  const unreadable: Unreadable = [];
  expect(diskFacts([section('disk', 'df: /srv: Permission denied')], unreadable)).toBeNull();
  expect(unreadable).toEqual([{ fact: 'disk', why: 'df: /srv: Permission denied' }]);
});

it('says which pm2 daemon could not be asked', () => {
  const unreadable: Unreadable = [];
  expect(
    pm2Facts(
      [section('pm2', '/root/.pm2\n/usr/bin/pm2\n{"error":"connect ECONNREFUSED"}', '85 root')],
      unreadable,
    ),
  ).toEqual([]);
  expect(unreadable[0]?.why).toBe(
    'the daemon 85 of root (/root/.pm2) could not be asked: connect ECONNREFUSED',
  );
});
