import { describe, expect, it } from 'vitest';
import type { App } from '../../../src/domain/app/app.js';
import type { Facts, Sleeper } from '../../../src/domain/facts/facts.js';
import { findConflicts } from '../../../src/domain/keepers/conflicts.js';
import { makeApp } from '../make-app.js';
import { makeFacts, makeUnit } from '../make-facts.js';

const saved: Sleeper = {
  keeper: 'pm2',
  file: '/home/deploy/.pm2/dump.pm2',
  user: 'deploy',
  name: 'old',
  command: ['/srv/words/server.js'],
  directory: '/home/deploy',
};
const program: Sleeper = {
  keeper: 'supervisor',
  file: '/etc/supervisor/conf.d/words.conf',
  name: 'words',
  command: ['gunicorn', 'app:app'],
  directory: '/srv/words',
  startedBy: ['supervisor.service'],
};
const atBoot = (source: string, text: string) => ({
  source,
  line: 4,
  text,
  command: text.slice(text.indexOf(' ') + 1),
});
const resurrect = atBoot('crontab:deploy', '@reboot pm2 resurrect');

function told(facts: Partial<Facts>, app: Partial<App> = {}) {
  const { findings } = findConflicts(
    makeFacts(facts),
    { kind: 'port', port: 9999, from: 'nginx' },
    makeApp(app),
    'web1',
  );
  return findings
    .filter(({ id }) => id === 'keeper.asleep' || id === 'keeper.saved')
    .map(({ severity, message }) => `${severity} ${message}`);
}

describe('what a keeper that does not run would start', () => {
  it.each<[string, Partial<Facts>]>([
    ['line 4 of crontab:deploy', { cron: [resurrect] }],
    ['line 4 of /etc/cron.d/pm2', { cron: [atBoot('/etc/cron.d/pm2', '@reboot deploy pm2 resurrect')] }],
    [
      'line 4 of /etc/rc.local',
      {
        cron: [
          {
            ...atBoot('/etc/rc.local', `su - deploy -c 'pm2 resurrect'`),
            command: `su - deploy -c 'pm2 resurrect'`,
            script: true,
          },
        ],
      },
    ],
    [
      'pm2-deploy.service',
      {
        units: [
          makeUnit('pm2-deploy.service', '/usr/bin/pm2 resurrect', {
            user: 'deploy',
            active: 'inactive',
            workingDirectory: '',
          }),
        ],
      },
    ],
  ])('blocks with what starts it at boot: %s', (starter, facts) => {
    const [text, ...more] = told({ ...facts, sleepers: [saved, saved] });
    expect(text).toContain('block old, which pm2 of deploy has saved,');
    expect(text).toContain(`by ${starter}:`);
    expect(more).toEqual([]);
  });

  it('warns where nothing is known to start it', () => {
    expect(told({ sleepers: [saved] })).toEqual([expect.stringMatching(/^warn old, which pm2 of deploy/)]);
    const other = atBoot('crontab:blog', '@reboot pm2 resurrect');
    expect(told({ sleepers: [saved], cron: [other] })).toEqual([expect.stringMatching(/^warn /)]);
    expect(told({ sleepers: [{ ...program, startedBy: [] }] })).toEqual([expect.stringMatching(/^warn /)]);
  });

  it('blocks for a program of a supervisord that is enabled, or that cron starts at boot', () => {
    expect(told({ sleepers: [program] })).toEqual([
      expect.stringMatching(/^block Supervisor program words, .* by supervisor\.service:/),
    ]);
    const line = atBoot('crontab:root', '@reboot /usr/bin/supervisord -c /etc/supervisor/supervisord.conf');
    expect(told({ sleepers: [{ ...program, startedBy: [] }], cron: [line] })).toEqual([
      expect.stringMatching(/^block .* by line 4 of crontab:root:/),
    ]);
  });

  it('goes by files that it runs and by the port, not by the folder it was started in', () => {
    const elsewhere = { ...saved, command: ['/srv/blog/server.js'], directory: '/srv/words' };
    const cron = [resurrect];
    expect(told({ cron, sleepers: [elsewhere] })).toEqual([]);
    expect(told({ cron, sleepers: [{ ...elsewhere, port: '9999' }] })).toHaveLength(1);
    const bound = { ...saved, command: ['/usr/bin/gunicorn', '-b', ':9999', 'app:app'] };
    expect(told({ cron, sleepers: [bound] })).toHaveLength(1);
    const worker = { ...saved, name: 'jobs', command: ['/srv/words/worker.py'] };
    expect(told({ cron, sleepers: [worker] })).toEqual([]);
  });

  it('says nothing of what keeps the release, nor of what the living daemon has', () => {
    const cron = [resurrect];
    expect(told({ cron, sleepers: [saved] }, { entry: 'old' })).toEqual([]);
    expect(told({ cron, sleepers: [{ ...saved, name: 'belay-words' }] }, { manager: 'pm2' })).toEqual([]);
    expect(told({ sleepers: [program] }, { program: 'words' })).toEqual([]);
    const daemon = { user: 'deploy', home: '/home/deploy/.pm2', daemonPid: 5, command: '/usr/bin/pm2' };
    const entry = {
      id: 1,
      name: 'old',
      status: 'stopped',
      pid: 0,
      script: '/srv/words/server.js',
      args: [],
      cwd: '/',
      mode: 'fork' as const,
      restarts: 0,
    };
    expect(
      told({ cron, sleepers: [saved], pm2: [{ ...daemon, entries: [entry], dumpMatches: false }] }),
    ).toEqual([]);
    // Deleted, and never saved.
    expect(
      told({ cron, sleepers: [saved], pm2: [{ ...daemon, entries: [], dumpMatches: false }] }),
    ).toHaveLength(1);
  });
});
