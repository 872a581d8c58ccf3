import { describe, expect, it } from 'vitest';
import { findConflicts } from '../../../src/domain/keepers/conflicts.js';
import type { Facts, SupervisorProgram } from '../../../src/domain/facts/facts.js';
import type { Bind } from '../../../src/domain/app/address.js';
import { makeApp } from '../make-app.js';
import { makeFacts, makeListener, makeProcess } from '../make-facts.js';

const bind: Bind = { kind: 'port', port: 9999, from: 'nginx' };
const supervisord = makeProcess(5, '/usr/bin/python3 /usr/bin/supervisord -n', { cwd: '/' });
const words: SupervisorProgram = {
  name: 'words',
  state: 'RUNNING',
  pid: 10,
  command: 'gunicorn -b 127.0.0.1:9999 app:app',
  directory: '/srv/words',
  atBoot: true,
  file: '/etc/supervisor/conf.d/words.conf',
  section: 'program:words',
};

function find(programs: SupervisorProgram[], over: Partial<Facts> = {}) {
  const supervisors = [
    { pid: 5, config: '/etc/supervisor/supervisord.conf', command: '/usr/bin/supervisorctl', programs },
  ];
  return findConflicts(makeFacts({ supervisors, ...over }), bind, makeApp(), 'web1');
}

const serving = {
  listeners: [makeListener(9999, [10])],
  processes: [
    supervisord,
    makeProcess(10, 'gunicorn -b 127.0.0.1:9999 app:app', { parent: 5, cwd: '/srv/words' }),
  ],
};

describe('supervisord', () => {
  it('is acted through by the program that serves', () => {
    const { stops, findings } = find(
      [words, { ...words, name: 'blog', pid: 77, directory: '/srv/blog' }],
      serving,
    );
    expect(findings).toEqual([]);
    expect(stops).toMatchObject([
      {
        role: 'app',
        label: 'supervisor program words',
        active: true,
        enabled: true,
        keeper: {
          kind: 'supervisor',
          config: '/etc/supervisor/supervisord.conf',
          command: '/usr/bin/supervisorctl',
          name: 'words',
          file: '/etc/supervisor/conf.d/words.conf',
          section: 'program:words',
        },
      },
    ]);
  });

  it('is not acted through where a program’s own lines are not known', () => {
    const { stops, findings } = find([{ ...words, file: undefined, section: undefined }], serving);
    expect(stops).toEqual([]);
    expect(findings.map(({ id }) => id)).toEqual(['keeper.unsupported']);
  });

  it('keeps from starting what it would start beside the new release, and leaves workers and others alone', () => {
    const { stops, findings } = find([
      { ...words, state: 'BACKOFF', pid: 0 },
      { ...words, name: 'off', state: 'STOPPED', pid: 0, atBoot: false },
      { ...words, name: 'jobs', command: 'celery -A words worker', pid: 12 },
      {
        ...words,
        name: 'blog',
        command: 'gunicorn -b 127.0.0.1:8000 blog:app',
        directory: '/srv/blog',
        pid: 13,
      },
    ]);
    expect(stops.map(({ role, label }) => `${role} ${label}`)).toEqual(['conflict supervisor program words']);
    expect(findings.map(({ id, evidence }) => [id, evidence])).toEqual([
      ['app.left-alone', 'supervisor program jobs: celery -A words worker'],
    ]);
  });
});

describe('docker', () => {
  it.each([
    [
      [{ name: 'blog', image: 'nginx:1.27', status: 'Up', ports: '0.0.0.0:9999->80/tcp, [::]:9999->80/tcp' }],
      'container blog (nginx:1.27)',
    ],
    [null, 'a container, to which docker-proxy leads: 172.17.0.2:80'],
  ])('names the container that has the port', (containers, name) => {
    const proxy = makeProcess(
      10,
      '/usr/bin/docker-proxy -proto tcp -host-ip 0.0.0.0 -host-port 9999 -container-ip 172.17.0.2 -container-port 80',
      { cwd: '/', cgroup: '/system.slice/docker.service' },
    );
    const { findings } = find([], { containers, listeners: [makeListener(9999, [10])], processes: [proxy] });
    expect(findings[0]?.message).toContain(`belongs to ${name};`);
  });
});

describe('what will start later', () => {
  const at = { job: 3, when: 1_795_600_000, user: 'root', folder: '/srv/words', command: 'gunicorn app:app' };
  const unit = {
    unit: 'words.service',
    user: 'deploy',
    file: '/home/deploy/.config/systemd/user/words.service',
    enabled: true,
    lingers: false,
    execStart: '/usr/bin/gunicorn app:app',
    workingDirectory: '/srv/words',
  };

  it('is named: jobs of at, and units of users’ own managers', () => {
    const { findings } = find([], { at: [at], userUnits: [unit] });
    expect(findings.map(({ id, severity }) => `${severity} ${id}`).sort()).toEqual([
      'block at.starts-server',
      'block unit.user-manager',
    ]);
    expect(findings.map(({ message }) => message).join()).toMatch(/2026-11-25T\S+Z.*when deploy logs in/);
  });

  it('is nothing where it is not this app’s, no server, or switched off', () => {
    const { findings } = find([], {
      at: [
        { ...at, folder: '/srv/words2' },
        { ...at, command: 'tar czf /var/backups/words.tgz .' },
      ],
      userUnits: [
        { ...unit, enabled: false },
        { ...unit, workingDirectory: '/srv/other' },
      ],
    });
    expect(findings).toEqual([]);
  });
});
