import { expect, it } from 'vitest';
import type { App } from '../../../src/domain/app/app.js';
import type { Bind } from '../../../src/domain/app/address.js';
import type { Facts, ProcessFacts } from '../../../src/domain/facts/facts.js';
import { finder } from '../../../src/domain/findings/finder.js';
import { findConflicts } from '../../../src/domain/keepers/conflicts.js';
import { givenFindings } from '../../../src/domain/plan/given.js';
import { makeApp } from '../make-app.js';
import { makeFacts, makeListener, makeProcess, makeUnit } from '../make-facts.js';

const bind: Bind = { kind: 'port', port: 9999, from: 'nginx' };

/** What a unit gives the process that serves, which belay.yml may say too. */
function said(app: Partial<App> = {}, over: Partial<ProcessFacts> = {}): string[] {
  const facts: Facts = makeFacts({
    listeners: [makeListener(9999, [10])],
    processes: [
      makeProcess(10, 'gunicorn app:app', {
        cgroup: '/system.slice/words.service',
        variables: ['APP_MODE', 'DATABASE_URL'],
        ...over,
      }),
    ],
    units: [
      makeUnit('words.service', '/usr/bin/gunicorn app:app', {
        mainPid: 10,
        settings: ['ExecStart', 'LimitNOFILE', 'Restart', 'UMask', 'User'],
      }),
    ],
  });
  const find = finder('web1');
  const made = makeApp(app);
  givenFindings({ app: made, facts, bind, stops: findConflicts(facts, bind, made, 'web1').stops }, find);
  return find.found.map(
    ({ id, severity, evidence }) => `${severity} ${id}: ${evidence.replaceAll('\n', ' ')}`,
  );
}

it('names what the new release would lack of what the keeper gives', () => {
  expect(said()).toEqual([
    'warn app.variables-lost: APP_MODE DATABASE_URL',
    'warn app.settings-lost: words.service: LimitNOFILE, UMask',
  ]);
  expect(said({ env: { APP_MODE: 'production' } })[0]).toBe('warn app.variables-lost: DATABASE_URL');
  expect(said({ envFile: '/etc/words/env' })).toEqual([
    'warn app.settings-lost: words.service: LimitNOFILE, UMask',
  ]);
});

it('says that variables cannot be read, unless their unit says them, or the app has a file of them', () => {
  const overwritten: Partial<ProcessFacts> = { variables: [], overwritten: true };
  expect(said({}, overwritten)).toEqual([
    'warn app.variables-unread: pid 10: gunicorn app:app',
    'warn app.settings-lost: words.service: LimitNOFILE, UMask',
  ]);
  expect(said({ envFile: '.env' }, overwritten)).toHaveLength(1);
  const named = { variables: ['APP_MODE'], overwritten: 'words.service' };
  expect(said({}, named)[0]).toBe('warn app.variables-lost: APP_MODE');
});

it('says nothing of a release of belay’s', () => {
  expect(said({}, { release: '20261124T101500Z-1f0c9a2b' })).toEqual([]);
});

it('names what the process itself has otherwise than a service, but for what its keeper was said to give', () => {
  const given: ProcessFacts['given'] = [
    { what: 'limit', name: 'NOFILE', now: '65536', usual: '1024' },
    { what: 'limit', name: 'MEMLOCK', now: 'unlimited', usual: '8388608' },
    { what: 'umask', name: 'umask', now: '0002', usual: '0022' },
    { what: 'group', name: 'video', now: 'yes', usual: 'no' },
    { what: 'locale', name: 'LANG', now: 'zh_CN.UTF-8', usual: '' },
  ];
  expect(said({}, { given })[1]).toBe(
    'warn app.settings-lost: words.service: LimitNOFILE, UMask limit MEMLOCK unlimited, then 8388608 ' +
      'group video, which is none of its user’s locale LANG zh_CN.UTF-8, then not set',
  );
  expect(said({ env: { LANG: 'C' } }, { given })[1]).not.toContain('LANG');
  expect(said({ manager: 'pm2' }, { given })[1]).not.toContain('MEMLOCK');
});

it('names capabilities, scheduling, hardening and bounds, each but for what its keeper was said to give', () => {
  const given: ProcessFacts['given'] = [
    { what: 'capability', name: 'CAP_NET_BIND_SERVICE', now: 'yes', usual: 'no' },
    { what: 'scheduling', name: 'Nice', now: '5', usual: '0' },
    { what: 'hardening', name: 'NoNewPrivileges', now: 'yes', usual: 'no' },
    { what: 'bound', name: 'MemoryMax', now: '314572800', usual: '' },
    { what: 'scheduling', name: 'UMask', now: 'of its unit', usual: '' },
  ];
  expect(said({}, { given })[1]).toBe(
    'warn app.settings-lost: words.service: LimitNOFILE, UMask capability CAP_NET_BIND_SERVICE, which a service of its user has not ' +
      'scheduling Nice 5, then 0 hardening NoNewPrivileges, then none bound MemoryMax 314572800, then not set',
  );
});

it('names what pm2 and supervisor were told of how to run it, where they do not go on keeping it', () => {
  const listeners = [makeListener(9999, [10])];
  const processes = [makeProcess(10, 'node server.js', { cgroup: '/system.slice/ssh.service' })];
  const entry = {
    ...{
      id: 0,
      name: 'words',
      status: 'online',
      pid: 10,
      script: '/srv/words/server.js',
      args: [],
      cwd: '/srv/words',
    },
    ...{
      mode: 'fork' as const,
      restarts: 0,
      settings: ['max_memory_restart 314572800', 'kill_timeout 45000'],
    },
  };
  const pm2 = {
    user: 'www-data',
    home: '/var/www/.pm2',
    daemonPid: 9,
    command: '/usr/bin/pm2',
    entries: [entry],
  };
  const told = (facts: Facts, app: Partial<App>) => {
    const find = finder('web1');
    const made = makeApp(app);
    givenFindings({ app: made, facts, bind, stops: findConflicts(facts, bind, made, 'web1').stops }, find);
    return find.found.map(({ evidence }) => evidence);
  };
  const byPm2 = makeFacts({ listeners, processes, pm2: [{ ...pm2, dumpMatches: true }] });
  expect(told(byPm2, { manager: 'systemd' })).toEqual([
    'pm2 entry words: max_memory_restart 314572800, kill_timeout 45000, kill_signal SIGINT',
  ]);
  const program = {
    ...{
      name: 'words',
      state: 'RUNNING',
      pid: 10,
      command: 'node server.js',
      directory: '/srv/words',
      atBoot: true,
    },
    ...{
      file: '/etc/words.conf',
      section: 'program:words',
      settings: ['stopsignal QUIT', 'autorestart true'],
    },
  };
  const supervisors = [
    { pid: 8, config: '/etc/s.conf', command: '/usr/bin/supervisorctl', programs: [program] },
  ];
  const bySupervisor = makeFacts({ listeners, processes, supervisors });
  expect(told(bySupervisor, { manager: 'systemd' })).toEqual(['supervisor program words: stopsignal QUIT']);
});

it('believes a rehearsal more than what was reckoned', () => {
  const measured = {
    variables: ['DATABASE_URL'],
    given: [{ what: 'limit' as const, name: 'NOFILE', now: '65536', usual: '1024' }],
  };
  const facts: Facts = makeFacts({
    listeners: [makeListener(9999, [10])],
    processes: [
      makeProcess(10, 'gunicorn app:app', { cgroup: '/system.slice/words.service', variables: ['A'] }),
    ],
    units: [
      makeUnit('words.service', '/usr/bin/gunicorn app:app', {
        mainPid: 10,
        settings: ['LimitNOFILE', 'UMask', 'WatchdogSec'],
      }),
    ],
  });
  const find = finder('web1');
  const made = makeApp({ manager: 'systemd', envFile: '/etc/words/env' });
  const { stops } = findConflicts(facts, bind, made, 'web1');
  givenFindings({ app: made, facts, bind, stops, measured }, find);
  expect(find.found.map(({ evidence }) => evidence)).toEqual([
    'DATABASE_URL',
    'words.service: WatchdogSec\nlimit NOFILE 65536, then 1024',
  ]);
});
