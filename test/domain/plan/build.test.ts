import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Comparison, PlanInput } from '../../../src/domain/plan/input.js';
import type { App } from '../../../src/domain/app/app.js';
import type { AppFacts, Facts } from '../../../src/domain/facts/facts.js';
import { buildPlan } from '../../../src/domain/plan/build.js';
import { planProjection } from '../../../src/domain/plan/digest.js';
import { wordsFacts } from '../../fixtures/facts/load.js';
import { makeApp } from '../make-app.js';
import { port } from '../make-backend.js';
import { makeFacts, makeListener, makeNginx, makeProcess, makeServer, makeUnit } from '../make-facts.js';

const release = '20261124T101500Z-1f0c9a2b';
const artifact = '1f0c9a2b'.repeat(8);

const comparison: Comparison = {
  files: {
    added: [{ path: 'new.py', size: 10 }],
    changed: [{ path: 'app.py', size: 20 }],
    removed: [{ path: 'gone.py', size: 5 }],
    addedCount: 1,
    changedCount: 1,
    removedCount: 1,
    total: 2,
    totalBytes: 30,
    upload: { files: 2, bytes: 30 },
  },
  hostOnly: [],
  findings: [],
};

function input(facts: Facts, app: Partial<App> = {}, over: Partial<PlanInput> = {}): PlanInput {
  return {
    app: makeApp(app),
    reach: { alias: 'web1' },
    deployment: 'belay/words/production/web1@run',
    startedBy: 'me@laptop',
    release,
    artifact,
    facts,
    baseline: [{ url: '/', status: 200 }],
    comparison,
    findings: [],
    ...over,
  };
}

const plan = (facts: Facts, app: Partial<App> = {}, over: Partial<PlanInput> = {}) =>
  buildPlan(input(facts, app, over), () => true);
const ids = (facts: Facts, app: Partial<App> = {}, over: Partial<PlanInput> = {}) =>
  plan(facts, app, over).findings.map(({ severity, id }) => `${severity} ${id}`);

/** belay's own unit serves release R on 9999. */
function deployed(over: Partial<AppFacts> = {}, more: Partial<Facts> = {}): Facts {
  const base = makeFacts();
  return makeFacts({
    nginx: makeNginx(makeServer('words.example.test', [port(9999)])),
    app: {
      ...base.app,
      kind: 'symlink',
      target: 'words.belay/releases/R/tree',
      realPath: '/srv/words.belay/releases/R/tree',
      active: 'R',
      releases: [{ release: 'R', outcome: 'active', digest: artifact, when: '2026-11-24T10:00:00Z' }],
      ...over,
    },
    listeners: [makeListener(9999, [10])],
    processes: [
      makeProcess(10, 'gunicorn app:app', {
        cwd: '/srv/words.belay/releases/R/tree',
        cgroup: '/system.slice/belay-words.service',
      }),
    ],
    units: [makeUnit('belay-words.service', '/bin/sh /srv/words.belay/releases/R/start', { mainPid: 10 })],
    ...more,
  });
}

it('tells on a real server what will happen, step by step', () => {
  const made = plan(wordsFacts(), {
    site: 'words.example.test',
    user: 'www-data',
    shared: ['data'],
    build: ['make'],
    hooks: { release: ['./migrate'], before: [], after: [] },
  });
  expect(made).toMatchObject({
    host: 'web1',
    bind: { kind: 'port', port: 9999 },
    user: 'www-data',
    previous: { kind: 'adopt' },
    unchanged: false,
    fenceNumber: 0,
  });
  const steady = made.actions.map((action) =>
    action.replace(/\d{8}T\d{6}Z-adopted/, 'TIME-adopted').replace(/pid \d+/, 'pid N'),
  );
  expect(steady).toEqual([
    'Build in the staged release: make',
    'Keep for the way back: the folder /srv/words, whole, and how everything that stops was started',
    'Run the release hook while the old version serves, which a rollback does not undo: ./migrate',
    `Rehearse: start release ${release} on a spare port of 127.0.0.1, GET /, stop it`,
    'Switch off line 1 of /etc/cron.d/words, which would start a server of the app: * * * * * www-data systemctl restart words-old',
    'Switch off line 2 of crontab:root, which would start a server of the app: */2 * * * * cd /srv/words && gunicorn -D -b 0.0.0.0:3000 app:app',
    'Switch off line 4 of crontab:root, which would start a server of the app: @reboot /srv/words/start.sh',
    'Stop and disable unit words-keeper.timer, which starts words-keeper.service',
    'Stop pm2 entry clus (id 1) of root, which runs out of the app’s folder: /srv/words/server.js',
    'Stop pm2 entry words (id 0) of root, which works in the app’s folder and listens on *:3000',
    'Disable unit words-keeper.service, which names the app’s folder in its file: /bin/sh -c curl -fs http://127.0.0.1:9999/ || systemctl restart words-old.service # /srv/words',
    'Disable unit words-old.service, which names the app’s folder in its file: /usr/bin/gunicorn -b 127.0.0.1:9999 --env API_TOKEN=… app:app',
    'Stop what serves now: process gunicorn (pid N) of root',
    'Move data out of the adopted folder, to where every release shares it',
    `Rename the folder /srv/words to releases/TIME-adopted, and make /srv/words a link to release ${release}`,
    `Start release ${release} as www-data on port 9999: gunicorn -w 4 -b {bind} app:app (belay-words.service)`,
    'Verify: who listens on port 9999, GET /',
    'Watch it for 30 s',
    'Commit: start it at boot, keep the last 5 releases',
  ]);
});

describe('the same app at another path of the host', () => {
  const unit = (folder: string) =>
    makeUnit('belay-words.service', `/bin/sh ${folder}/start`, { workingDirectory: `${folder}/tree` });
  const taken = 'block keeper.name-taken';

  it('would share its unit: the plan blocks', () => {
    const facts = makeFacts({ units: [unit('/srv/staging/words.belay/releases/R')] });
    expect(ids(facts)).toContain(taken);
    expect(ids(facts, { environment: 'staging' })).not.toContain(taken);
    expect(ids(facts, { path: '/srv/staging/words' })).not.toContain(taken);
  });

  it('would share the names of what a deployment makes, whoever keeps the app: the plan blocks', () => {
    const base = makeFacts();
    const state = { folder: '/var/lib/belay/0', namesake: '/srv/staging/words' };
    const facts = makeFacts({ app: { ...base.app, state } });
    expect(ids(facts)).toContain('block path.namesake');
    expect(ids(facts, { unit: 'words.service' })).toContain('block path.namesake');
  });

  it('would share its entry of pm2', () => {
    const folder = '/srv/staging/words.belay/releases/R';
    const entry = { id: 0, name: 'belay-words', pid: 0, status: 'online', script: `${folder}/start` };
    const rest = { cwd: `${folder}/tree`, mode: 'fork' as const, args: [], restarts: 0 };
    const daemon = {
      user: 'www-data',
      home: '/var/www/.pm2',
      daemonPid: 5,
      command: 'pm2',
      dumpMatches: true,
    };
    const facts = makeFacts({ pm2: [{ ...daemon, entries: [{ ...entry, ...rest }] }] });
    expect(ids(facts, { manager: 'pm2' })).toContain(taken);
    expect(ids(facts)).not.toContain(taken);
  });

  it('is no other where the path is reached under another name', () => {
    const base = makeFacts();
    const facts = makeFacts({
      app: { ...base.app, kind: 'symlink', active: 'R', realPath: '/data/words.belay/releases/R/tree' },
      units: [unit('/data/words.belay/releases/R')],
    });
    expect(ids(facts)).not.toContain(taken);
  });
});

describe('previous and unchanged', () => {
  it('goes back to the active release, or to nothing', () => {
    expect(plan(deployed()).previous).toEqual({ kind: 'release', release: 'R' });
    const absent = makeFacts({ app: { ...makeFacts().app, kind: 'absent' } });
    expect(plan(absent, { port: 9999 }).previous).toEqual({ kind: 'none' });
    expect(plan(makeFacts(), { port: 9999 }).previous).toEqual({
      kind: 'adopt',
      release: '20261124T101500Z-adopted',
    });
  });

  it('is unchanged only where the same source serves, started as it would be now, with nothing in its way', () => {
    expect(plan(deployed()).unchanged).toBe(true);
    expect(buildPlan(input(deployed()), () => false).unchanged).toBe(false);
    expect(plan(deployed(), {}, { artifact: 'b'.repeat(64) }).unchanged).toBe(false);
    expect(plan(deployed({}, { listeners: [], processes: [] })).unchanged).toBe(false);
    const entry = {
      id: 0,
      name: 'words',
      status: 'stopped',
      pid: 0,
      script: '/srv/words/x.js',
      args: [],
      cwd: '/srv/words',
      mode: 'fork' as const,
      restarts: 0,
    };
    const pm2 = (status: string) => [
      {
        user: 'root',
        home: '/root/.pm2',
        daemonPid: 5,
        command: '',
        entries: [{ ...entry, status }],
        dumpMatches: true,
      },
    ];
    expect(plan(deployed({}, { pm2: pm2('stopped') })).unchanged).toBe(true);
    expect(plan(deployed({}, { pm2: pm2('waiting restart') })).unchanged).toBe(false);
    const line = {
      source: 'crontab:root',
      line: 1,
      text: '@reboot gunicorn -b :9999',
      command: 'gunicorn -b :9999',
    };
    expect(plan(deployed({}, { cron: [line] })).unchanged).toBe(false);
    expect(
      plan(deployed({}, { disk: { filesystem: 'x', availableBytes: 1, availableInodes: 1 } })).unchanged,
    ).toBe(false);
  });

  it('goes back to what was adopted by what kept it before belay, and leaves what that puts back', () => {
    const before = { number: 3, labels: ['supervisor program words'] };
    const adopted = '20261124T101400Z-adopted';
    const facts = deployed();
    facts.app.releases.push({ release: adopted, outcome: 'adopted', when: '', before });
    facts.units.push(makeUnit('words.service', '/srv/words/start.sh', { active: 'inactive' }));
    const over = { artifact: '', release: adopted, comparison: undefined };
    const back = plan(facts, {}, over);
    expect(back.before).toEqual(before);
    expect(back.stops.map(({ role }) => role)).toEqual(['app']);
    expect(back.actions).toContain(
      `Start release ${adopted} by what kept it before belay, as that was then: supervisor program words`,
    );
    expect(plan(facts, { unit: 'words.service' }, over).before).toBeUndefined();
  });

  it('goes back to a release that the host has, or says that it has not', () => {
    const facts = deployed({
      releases: [
        { release: 'R', outcome: 'active', when: '' },
        { release: 'Q', outcome: 'previous', when: '' },
      ],
    });
    const back = { artifact: '', release: 'Q', comparison: undefined };
    expect(plan(facts, { build: ['make'] }, back)).toMatchObject({
      findings: [],
      previous: { kind: 'release', release: 'R' },
      unchanged: false,
      files: { total: 0 },
    });
    expect(plan(facts, { build: ['make'] }, back).actions.join('\n')).not.toContain('Build');
    expect(ids(facts, {}, { ...back, release: 'P' })).toEqual(['block release.missing']);
    expect(plan(facts, {}, { ...back, release: 'R' }).unchanged).toBe(true);
  });
});

describe('findings', () => {
  const facts = (over: Partial<Facts> = {}, app: Partial<AppFacts> = {}) =>
    makeFacts({ ...over, app: { ...makeFacts().app, ...app } });
  const at = { port: 9999 };
  const fence = {
    number: 7,
    deployment: 'other',
    by: 'you@desk',
    since: 1_795_499_000,
    renewed: 1_795_499_900,
    state: 'held' as const,
    running: false,
  };

  it.each<[string, Facts, Partial<App>, string[]]>([
    ['none', facts(), at, []],
    ['a fence held lately', facts({}, { fence }), at, ['block fence.held']],
    [
      'a fence while a change runs',
      facts({}, { fence: { ...fence, renewed: 1, running: true } }),
      at,
      ['block fence.held'],
    ],
    [
      'a fence of long ago',
      facts({}, { fence: { ...fence, renewed: 1_795_499_000 } }),
      at,
      ['warn fence.unfinished'],
    ],
    [
      'its own fence',
      facts({}, { fence: { ...fence, deployment: 'belay/words/production/web1@run' } }),
      at,
      [],
    ],
    [
      'a full disk',
      facts({ disk: { filesystem: 'x', availableBytes: 99e6, availableInodes: 1e6 } }),
      at,
      ['block disk.full'],
    ],
    [
      'no inodes',
      facts({ disk: { filesystem: 'x', availableBytes: 1e12, availableInodes: 9 } }),
      at,
      ['block disk.full'],
    ],
    [
      'little room',
      facts({ disk: { filesystem: 'x', availableBytes: 300e6, availableInodes: 1e6 } }),
      at,
      ['warn disk.low'],
    ],
    [
      'no root',
      facts({ system: { ...makeFacts().system, root: false, user: 'deploy' } }),
      at,
      ['block rights.root'],
    ],
    ['no flock', facts({ tools: { ...makeFacts().tools, flock: null } }), at, ['block tools.missing']],
    [
      'no setpriv but busybox’s',
      facts({ tools: { ...makeFacts().tools, setpriv: null } }),
      at,
      ['block tools.missing'],
    ],
    ['no systemd', facts({ system: { ...makeFacts().system, init: 'runit' } }), at, ['block systemd.absent']],
    ['a mount point', facts({}, { kind: 'mount' }), at, ['block path.unusable']],
    ['somebody’s link', facts({}, { kind: 'symlink', target: '/x' }), at, ['block path.unusable']],
    ['a read-only parent', facts({}, { parentWritable: false }), at, ['block path.unusable']],
    [
      'an unknown user',
      facts({}, { userExists: false }),
      { ...at, user: 'nobody-here' },
      ['block user.unknown'],
    ],
    ['root', facts({}, { owner: 'root' }), at, ['warn user.root']],
    ['--daemon', facts(), { ...at, run: 'gunicorn --daemon app:app' }, ['block app.process.daemonizes']],
    ['-D', facts(), { ...at, run: 'gunicorn -D app:app' }, ['block app.process.daemonizes']],
    ['&', facts(), { ...at, run: 'node server.js &' }, ['block app.process.daemonizes']],
    ['nohup', facts(), { ...at, run: 'nohup node server.js' }, ['block app.process.daemonizes']],
    ['&& within', facts(), { ...at, run: 'make && node server.js -D' }, []],
    [
      'what cannot be read',
      facts({ unreadable: [{ fact: 'pm2', why: 'no answer' }] }),
      at,
      ['warn facts.unreadable'],
    ],
    [
      'what was cut',
      facts({ incomplete: [{ fact: 'processes', why: '512 listen; 400 are looked at' }] }),
      at,
      ['block facts.incomplete'],
    ],
  ])('%s', (_name, host, app, expected) => {
    expect(ids(host, app)).toEqual(expected);
  });

  it('says whom root’s process has made what answers now, and proposes that user', () => {
    const command = '/usr/bin/python3 /usr/bin/gunicorn -u www-data -b 127.0.0.1:9999 app:app';
    const { findings } = plan(
      facts({
        listeners: [makeListener(9999, [10, 11])],
        processes: [
          makeProcess(10, command, { user: 'root' }),
          makeProcess(11, command, { user: 'www-data', parent: 10 }),
        ],
      }),
      at,
    );
    const said = findings.find(({ id }) => id === 'user.root');
    expect(said?.message).toContain('started as root, and what answers visitors now runs as www-data');
    expect(said?.remedy).toContain('`user: www-data`');
  });

  it('names files that only the host has, with size and age, and how to keep them', () => {
    const hostOnly = [
      { path: 'data/', size: 31_000, modified: 1_795_500_000 - 7200, fate: 'uncovered' as const },
      { path: '.env', size: 10, modified: 0, fate: 'shared' as const },
    ];
    const [finding] = plan(facts(), at, { comparison: { ...comparison, hostOnly } }).findings;
    expect(finding).toMatchObject({
      id: 'files.host-only',
      severity: 'block',
      evidence: 'data/  31 kB, changed 2 hours ago',
    });
    expect(finding?.remedy).toContain('`shared: ["data"]`');
  });

  it('keeps an accepted warning as information, with the reason; a block stays a block', () => {
    const made = plan(facts({}, { owner: 'root', kind: 'mount' }), {
      ...at,
      acknowledge: { 'user.root': 'a toy', 'path.unusable': 'never mind' },
    });
    expect(made.findings.map(({ severity, id }) => `${severity} ${id}`)).toEqual([
      'block path.unusable',
      'info user.root',
    ]);
    expect(made.findings[1]?.message).toMatch(/Accepted: a toy$/);
  });

  it('tells of a name that leads elsewhere and of a certificate that is not valid, before anything is changed', () => {
    const elsewhere = [{ url: 'https://x/', status: 200, elsewhere: ['203.0.113.9'] }];
    expect(ids(facts(), at, { baseline: elsewhere })).toEqual(['warn site.name']);
    const expired = [{ url: 'https://x/', status: null, error: 'the certificate has expired' }];
    expect(ids(facts(), at, { baseline: expired })).toContain('block site.untrusted');
  });

  it('tells pages that fail already', () => {
    expect(ids(facts(), at, { baseline: [{ url: 'https://x/', status: 502 }] })).toEqual([
      'info site.down-before',
    ]);
  });
});

describe('what the digest is taken of', () => {
  const text = (facts: Facts, app: Partial<App> = {}, over: Partial<PlanInput> = {}) =>
    planProjection(plan(facts, { site: 'words.example.test', ...app }, over));

  it('stays the same while only what changes by itself changes', () => {
    const before = text(wordsFacts());
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 100_000 }),
        fc.integer({ min: 0, max: 1e6 }),
        fc.nat(599),
        (shift, seconds, status) => {
          const facts = structuredClone(wordsFacts());
          const move = (pid: number) => (pid > 1 ? pid + shift : pid);
          facts.system.now += seconds;
          facts.system.bootId = String(shift);
          facts.system.memoryAvailableBytes = shift;
          for (const process of facts.processes)
            Object.assign(process, {
              pid: move(process.pid),
              parent: move(process.parent),
              startTicks: process.startTicks + shift,
            });
          for (const listener of facts.listeners) listener.pids = listener.pids.map(move);
          for (const daemon of facts.pm2) {
            daemon.daemonPid = move(daemon.daemonPid);
            for (const entry of daemon.entries)
              Object.assign(entry, { pid: move(entry.pid), restarts: entry.restarts + 1 });
          }
          for (const unit of facts.units) unit.mainPid = move(unit.mainPid);
          const hostOnly = [{ path: 'a.db', size: shift, modified: seconds, fate: 'shared' as const }];
          const over = {
            release: '20271124T101500Z-1f0c9a2b',
            baseline: [{ url: '/', status }],
            comparison: { ...comparison, hostOnly },
          };
          const without = text(
            wordsFacts(),
            {},
            {
              ...over,
              release,
              comparison: {
                ...comparison,
                hostOnly: [{ path: 'a.db', size: 1, modified: 1, fate: 'shared' }],
              },
              baseline: [{ url: '/', status }],
            },
          );
          expect(text(facts, {}, over)).toBe(without);
        },
      ),
      { numRuns: 25 },
    );
    expect(text(wordsFacts())).toBe(before);
  });

  it.each<[string, Partial<App>, Partial<PlanInput>, (facts: Facts) => void]>([
    ['another artifact', {}, { artifact: 'b'.repeat(64) }, () => undefined],
    ['another start command', { run: 'gunicorn -w 8 -b {bind} app:app' }, {}, () => undefined],
    ['another user', { user: 'nobody' }, {}, () => undefined],
    ['another hook', { hooks: { release: ['rm -rf x'], before: [], after: [] } }, {}, () => undefined],
    [
      'a cron line more',
      {},
      {},
      (facts) =>
        void facts.cron.push({
          source: 'crontab:x',
          line: 1,
          text: '@reboot gunicorn -b :9999',
          command: 'gunicorn -b :9999',
        }),
    ],
    ['a pm2 entry less', {}, {}, (facts) => void facts.pm2[0]?.entries.shift()],
    [
      'another port in nginx',
      {},
      {},
      (facts) => Object.assign(facts.nginx?.servers[1]?.locations[0]?.backends[0] ?? {}, { port: 9998 }),
    ],
    [
      'a unit enabled meanwhile',
      {},
      {},
      (facts) =>
        Object.assign(facts.units.find(({ unit }) => unit === 'words-keeper.service') ?? {}, {
          enabled: 'enabled',
        }),
    ],
    [
      'a file removed',
      {},
      {
        comparison: {
          ...comparison,
          files: { ...comparison.files, removed: [{ path: 'other.py', size: 5 }] },
        },
      },
      () => undefined,
    ],
    [
      'an uncovered file',
      {},
      {
        comparison: { ...comparison, hostOnly: [{ path: 'x.db', size: 1, modified: 1, fate: 'uncovered' }] },
      },
      () => undefined,
    ],
    [
      'a folder that became a link',
      {},
      {},
      (facts) => Object.assign(facts.app, { kind: 'symlink', active: 'R' }),
    ],
  ])('changes with %s', (_name, app, over, alter) => {
    const facts = wordsFacts();
    alter(facts);
    expect(text(facts, app, over)).not.toBe(text(wordsFacts()));
  });

  it('names the release where one goes back to it', () => {
    const facts = deployed({
      releases: [
        { release: 'P', outcome: 'previous', when: '' },
        { release: 'Q', outcome: 'previous', when: '' },
      ],
    });
    const back = (name: string) => text(facts, {}, { artifact: '', release: name, comparison: undefined });
    expect(back('P')).not.toBe(back('Q'));
  });
});
