import { expect, it } from 'vitest';
import { atJobs } from '../../../../src/host/facts/keepers/at.js';
import type { Section } from '../../../../src/host/facts/sections.js';
import { supervisorFacts } from '../../../../src/host/facts/keepers/supervisor.js';
import { sleeperFacts } from '../../../../src/host/facts/keepers/sleepers.js';
import { userUnits } from '../../../../src/host/facts/keepers/user-units.js';

const section = (name: string, rest: string, body: string): Section => ({ name, rest, body });

it('joins what supervisorctl says of a program with its section of the configuration', () => {
  const status = [
    '/etc/supervisor/supervisord.conf',
    '/usr/bin/supervisorctl',
    'words                            RUNNING   pid 812, uptime 0:03:41',
    'web:web_00                       STOPPED   Nov 24 09:00 AM',
    'web:web_01                       BACKOFF   Exited too quickly (process log may have details)',
    'elsewhere                        RUNNING   pid 9, uptime 1 day, 0:00:01',
  ].join('\n');
  const files = [
    '/etc/supervisor/supervisord.conf\tsupervisorctl',
    '/etc/supervisor/conf.d/words.conf\tprogram:words',
    '/etc/supervisor/conf.d/words.conf\tprogram:words\tcommand\tgunicorn -b 127.0.0.1:9999 app:app --token=planted',
    '/etc/supervisor/conf.d/words.conf\tprogram:words\tdirectory\t/srv/words',
    '/etc/supervisor/conf.d/web.conf\tprogram:web\tautostart\tfalse',
  ].join('\n');
  const [daemon] = supervisorFacts(
    [section('supervisor', '700', status), section('supervisor-files', '700', files)],
    [],
  );
  expect(daemon).toMatchObject({ pid: 700, config: '/etc/supervisor/supervisord.conf' });
  expect(daemon?.programs).toEqual([
    {
      name: 'words',
      state: 'RUNNING',
      pid: 812,
      command: 'gunicorn -b 127.0.0.1:9999 app:app --token=…',
      directory: '/srv/words',
      atBoot: true,
      file: '/etc/supervisor/conf.d/words.conf',
      section: 'program:words',
    },
    expect.objectContaining({
      name: 'web:web_00',
      state: 'STOPPED',
      pid: 0,
      atBoot: false,
      section: 'program:web',
    }),
    expect.objectContaining({ name: 'web:web_01', state: 'BACKOFF', section: 'program:web' }),
    { name: 'elsewhere', state: 'RUNNING', pid: 9, command: '', directory: '', atBoot: true },
  ]);
});

it('says why supervisord could not be asked', () => {
  const unreadable: { fact: string; why: string }[] = [];
  const refused = 'unix:///var/run/supervisor.sock refused connection';
  supervisorFacts(
    [section('supervisor', '7', `/etc/s.conf\n/usr/bin/supervisorctl\n${refused}\n`)],
    unreadable,
  );
  expect(unreadable).toEqual([{ fact: 'supervisor', why: refused }]);
});

it('reads the jobs of at by the names of their files', () => {
  const job = section('at', 'a0000301c5a9f8 deploy', '/srv/words\nTOKEN=planted gunicorn app:app\n\n');
  expect(atJobs([job, section('at', 'a-lockfile root', '')])).toEqual([
    {
      job: 3,
      when: 0x01c5a9f8 * 60,
      user: 'deploy',
      folder: '/srv/words',
      command: 'TOKEN=… gunicorn app:app',
    },
  ]);
});

it('reads units of users’ own managers', () => {
  const file = '/home/deploy/.config/systemd/user/words.service';
  const body =
    'owner=deploy\nenabled=yes\nlingers=no\nWorkingDirectory=/srv/words\nExecStart=/usr/bin/gunicorn app:app\n';
  expect(userUnits([section('user-unit', file, body)])).toEqual([
    {
      unit: 'words.service',
      user: 'deploy',
      file,
      enabled: true,
      lingers: false,
      execStart: '/usr/bin/gunicorn app:app',
      workingDirectory: '/srv/words',
    },
  ]);
});

it('reads what pm2 has saved and a supervisord that is down would start, of this app alone', () => {
  const saved = [
    'owner=deploy',
    'entry',
    'arg="--port"',
    'arg="9999"',
    'arg="--token=planted"',
    'name="words"',
    'pm_exec_path="/srv/words/server.js"',
    'pm_cwd="/home/deploy"',
    'status="online"',
    'PORT=9999',
    'entry',
    'name="stopped"',
    'pm_exec_path="/srv/words/server.js"',
    'status="stopped"',
    'entry',
    'name="blog"',
    'pm_exec_path="/srv/blog/server.js"',
    'entry',
    'name="cut',
  ].join('\n');
  const conf = '/etc/supervisor/conf.d/words.conf';
  const files = [
    `${conf}\tprogram:words\tcommand\tgunicorn --password planted app:app`,
    `${conf}\tprogram:words\tdirectory\t/srv/words`,
    `${conf}\tprogram:off\tdirectory\t/srv/words`,
    `${conf}\tprogram:off\tautostart\tfalse`,
    `${conf}\tgroup:words\tprograms\twords`,
  ].join('\n');
  const main = '/etc/supervisor/supervisord.conf';
  const sections = [
    section('saved-entries', '/home/deploy/.pm2/dump.pm2', saved),
    section('sleeping-supervisor', main, 'startedBy=supervisor.service\n'),
    section('sleeping-supervisor-files', main, files),
  ];
  expect(sleeperFacts(sections, (text) => text.includes('/srv/words'), [])).toEqual({
    sleepers: [
      {
        keeper: 'pm2',
        file: '/home/deploy/.pm2/dump.pm2',
        user: 'deploy',
        name: 'words',
        command: ['/srv/words/server.js', '--port', '9999', '--token=…'],
        directory: '/home/deploy',
        port: '9999',
      },
      {
        keeper: 'supervisor',
        file: conf,
        name: 'words',
        command: ['gunicorn', '--password', '…', 'app:app'],
        directory: '/srv/words',
        startedBy: ['supervisor.service'],
      },
    ],
  });
  expect(sleeperFacts(sections, () => false, [])).toEqual({});
});
