import { describe, expect, it } from 'vitest';
import type { Facts, Pm2Facts } from '../../../src/domain/facts/facts.js';
import { buildPlan } from '../../../src/domain/plan/build.js';
import { makeApp } from '../make-app.js';
import { makeFacts, makeListener, makeProcess, makeUnit } from '../make-facts.js';

const tree = '/srv/words.belay/releases/R/tree';
const startup = makeUnit('pm2-deploy.service', '/usr/bin/pm2 resurrect', {
  workingDirectory: '',
  user: 'deploy',
  active: 'inactive',
});
const ready = {
  tools: { ...makeFacts().tools, pm2: '/usr/bin/pm2' },
  users: [{ user: 'deploy', home: '/home/deploy', mayHavePm2: true }],
  units: [startup],
};

const daemon = (over: Partial<Pm2Facts> = {}): Pm2Facts => ({
  user: 'deploy',
  home: '/home/deploy/.pm2',
  daemonPid: 5,
  command: '/opt/node/bin/pm2',
  entries: [],
  dumpMatches: true,
  ...over,
});

/** belay's own entry serves release R on 9999. */
const serving: Partial<Facts> = {
  ...ready,
  app: {
    ...makeFacts().app,
    kind: 'symlink',
    realPath: tree,
    active: 'R',
    releases: [{ release: 'R', outcome: 'active', digest: 'a', when: '' }],
  },
  processes: [
    makeProcess(5, '', { command: ['PM2 v7.0.4: God Daemon (/home/deploy/.pm2)'], user: 'deploy', cwd: '/' }),
    makeProcess(10, 'node server.js', { parent: 5, user: 'deploy', cwd: tree }),
  ],
  listeners: [makeListener(9999, [10])],
  pm2: [
    daemon({
      entries: [
        {
          id: 3,
          name: 'belay-words',
          status: 'online',
          pid: 10,
          script: '/bin/sh',
          args: ['/srv/words.belay/releases/R/start'],
          cwd: tree,
          mode: 'fork',
          restarts: 0,
        },
      ],
    }),
  ],
};

function plan(facts: Partial<Facts>, over = {}, artifact = 'a') {
  const app = makeApp({ manager: 'pm2', port: 9999, user: 'deploy', ...over });
  return buildPlan(
    {
      app,
      reach: { alias: 'web1' },
      deployment: 'd',
      startedBy: 'me',
      release: 'S',
      artifact,
      facts: makeFacts(facts),
      baseline: [],
      findings: [],
    },
    () => true,
  );
}
const ids = (facts: Partial<Facts>, over = {}) =>
  plan(facts, over)
    .findings.filter(({ severity }) => severity !== 'info')
    .map(({ severity, id }) => `${severity} ${id}`);

describe('manager: pm2', () => {
  it('takes the daemon of the user that the app runs as, and says so', () => {
    const { pm2, actions } = plan({
      ...ready,
      pm2: [daemon({ user: 'root', home: '/root/.pm2' }), daemon({ home: '/srv/pm2' }), daemon()],
    });
    expect(pm2).toEqual({
      user: 'deploy',
      home: '/home/deploy/.pm2',
      command: '/opt/node/bin/pm2',
      runs: true,
    });
    expect(actions).toContainEqual(
      expect.stringContaining('(pm2 entry belay-words of deploy, /home/deploy/.pm2)'),
    );
    expect(actions.join()).not.toContain('of which none runs');
    expect(actions.at(-1)).toBe(
      'Commit: save its entry, and no other, in pm2’s dump, keep the last 5 releases',
    );
  });

  it('starts one where none runs, and says that too', () => {
    const { pm2, actions } = plan({
      ...ready,
      pm2: [daemon({ user: 'root', home: '/root/.pm2', command: '/usr/local/bin/pm2' })],
    });
    expect(pm2).toEqual({ user: 'deploy', home: '/home/deploy/.pm2', command: '/usr/bin/pm2', runs: false });
    expect(actions).toContain('Start pm2’s daemon of deploy (/home/deploy/.pm2), of which none runs');
    expect(ids({ ...ready, pm2: [] })).toEqual([]);
  });

  it('keeps to the daemon that keeps the app now, where its user has several', () => {
    const other = daemon({ home: '/home/deploy/second', entries: serving.pm2?.[0]?.entries });
    expect(plan({ ...serving, pm2: [daemon(), other] }).pm2?.home).toBe('/home/deploy/second');
  });

  it('is refused where there is no pm2, or no place for its daemon', () => {
    expect(ids({ ...ready, tools: makeFacts().tools })).toEqual(['block pm2.absent']);
    expect(ids({ ...ready, users: [{ user: 'deploy', home: '/nonexistent', mayHavePm2: false }] })).toEqual([
      'block pm2.home',
    ]);
    expect(ids({ ...ready, users: [] })).toEqual(['block pm2.home']);
    // One that runs has its place.
    const shut = [{ user: 'deploy', home: '/var/www', mayHavePm2: false }];
    expect(ids({ ...ready, users: shut, pm2: [daemon()] })).toEqual([]);
  });

  it('warns where nothing starts the daemon at boot, with the command to type', () => {
    const none = plan({ ...ready, units: [] }).findings.find(({ id }) => id === 'pm2.no-startup');
    expect(none).toMatchObject({
      severity: 'warn',
      remedy: 'As root on the host: `/usr/bin/pm2 startup systemd -u deploy --hp /home/deploy`.',
    });
    expect(ids({ ...ready, units: [{ ...startup, enabled: 'disabled' }] })).toEqual(['warn pm2.no-startup']);
    expect(ids({ ...ready, units: [{ ...startup, user: 'other' }] })).toEqual(['warn pm2.no-startup']);
    const line = {
      source: 'crontab:deploy',
      line: 1,
      text: '@reboot pm2 resurrect',
      command: 'pm2 resurrect',
    };
    expect(ids({ ...ready, units: [], cron: [line] })).toEqual([]);
  });

  it('needs no root where the app runs as the user who logs in', () => {
    const system = { ...makeFacts().system, root: false, uid: 1000 };
    expect(ids({ ...ready, system: { ...system, user: 'deploy' } })).toEqual([]);
    const refused = plan({ ...ready, system: { ...system, user: 'ops' } }).findings;
    expect(refused.find(({ id }) => id === 'rights.root')?.message).toContain(
      'Only root can act as deploy, whose pm2 keeps the app; ops is not root',
    );
  });

  it('knows its own entry: it is what serves, and unchanged where the source is', () => {
    expect(plan(serving)).toMatchObject({
      unchanged: true,
      stops: [{ role: 'app', keeper: { kind: 'pm2', id: 3, name: 'belay-words' } }],
    });
    expect(plan(serving, {}, 'b').unchanged).toBe(false);
    // The same under systemd is a change.
    expect(plan(serving, { manager: 'systemd' }).unchanged).toBe(false);
  });

  it('stops belay’s own unit of the time before pm2 kept the app', () => {
    const unit = makeUnit('belay-words.service', `/bin/sh ${tree}/../start`, {
      active: 'inactive',
      workingDirectory: tree,
    });
    expect(plan({ ...serving, units: [startup, unit] }).stops.map(({ label }) => label)).toEqual([
      'unit belay-words.service',
      'pm2 entry belay-words (id 3) of deploy',
    ]);
  });
});
