import { describe, expect, it } from 'vitest';
import type { App } from '../../../src/domain/app/app.js';
import { findConflicts } from '../../../src/domain/keepers/conflicts.js';
import type { Facts, Pm2Facts } from '../../../src/domain/facts/facts.js';
import type { Bind } from '../../../src/domain/app/address.js';
import { wordsFacts } from '../../fixtures/facts/load.js';
import { makeApp } from '../make-app.js';
import { makeFacts, makeListener, makeProcess, makeUnit } from '../make-facts.js';

const bind: Bind = { kind: 'port', port: 9999, from: 'nginx' };

/** `app unit words.service` */
function find(facts: Partial<Facts>, app: Partial<App> = {}, at: Bind | null = bind) {
  const { stops, findings, user } = findConflicts(makeFacts(facts), at, makeApp(app), 'web1');
  return {
    stops: stops.map(({ role, label }) => `${role} ${label}`),
    ids: findings.map(({ severity, id }) => `${severity} ${id}`),
    findings,
    user,
    raw: stops,
  };
}

const gunicorn = (pid: number, over = {}) =>
  makeProcess(pid, '/usr/bin/python3 /usr/bin/gunicorn -b 127.0.0.1:9999 app:app', over);
const inUnit = (unit: string) => ({ cgroup: `/system.slice/${unit}` });

it('finds on a real server everything that serves or could come to serve, and only that', () => {
  const { stops, findings } = findConflicts(wordsFacts(), bind, makeApp(), 'web1');
  expect(
    stops.map(({ role, label, active }) =>
      `${role} ${label}${active ? '' : ' (inactive)'}`.replace(/pid \d+/, 'pid'),
    ),
  ).toEqual([
    'conflict line 1 of /etc/cron.d/words',
    'conflict line 2 of crontab:root',
    'conflict line 4 of crontab:root',
    'conflict unit words-keeper.timer',
    'conflict pm2 entry clus (id 1) of root',
    'conflict pm2 entry words (id 0) of root',
    'conflict unit words-keeper.service (inactive)',
    'conflict unit words-old.service (inactive)',
    'app process gunicorn (pid) of root',
  ]);
  expect(findings.map(({ id, evidence }) => [id, evidence.replace(/pid \d+/, 'pid')])).toEqual([
    ['cron.left-alone', 'crontab:root:3: 0 3 * * * tar czf /var/backups/words.tgz /srv/words'],
    [
      'app.left-alone',
      'pm2 entry jobs (id 2) of root: /srv/words/worker.py\nprocess worker.py (pid) of root: python3 worker.py',
    ],
  ]);
});

describe('what serves now', () => {
  it('is the unit whose cgroup the listener is in', () => {
    const found = find({
      listeners: [makeListener(9999, [10, 11, 12])],
      processes: [
        gunicorn(10, inUnit('words.service')),
        gunicorn(11, { ...inUnit('words.service'), parent: 10 }),
        gunicorn(12, { ...inUnit('words.service'), parent: 10 }),
      ],
      units: [makeUnit('words.service', '/usr/bin/gunicorn app:app', { mainPid: 10 })],
    });
    expect(found).toMatchObject({ stops: ['app unit words.service'], ids: [], user: 'www-data' });
    expect(found.raw[0]).toMatchObject({
      active: true,
      enabled: true,
      keeper: { kind: 'unit', unit: 'words.service' },
    });
  });

  it('is the process itself where cron or a login only started it', () => {
    const cron = makeUnit('cron.service', '/usr/sbin/cron -f', {
      mainPid: 5,
      killMode: 'process',
      workingDirectory: '',
    });
    const daemon = makeProcess(5, '/usr/sbin/cron -f', {
      cwd: '/var/spool/cron',
      user: 'root',
      ...inUnit('cron.service'),
    });
    const found = find({
      listeners: [makeListener(9999, [10])],
      processes: [daemon, gunicorn(10, { ...inUnit('cron.service'), parent: 5 })],
      units: [cron],
    });
    expect(found.stops).toEqual(['app process gunicorn (pid 10) of www-data']);
    expect(found.raw[0]?.keeper).toEqual({
      kind: 'none',
      process: { pid: 10, startTicks: 1000, bootId: 'boot' },
    });
  });

  it('is a unit whose wrapper works elsewhere', () => {
    const found = find({
      listeners: [makeListener(9999, [11])],
      processes: [
        makeProcess(10, '/bin/sh /usr/local/bin/start', { cwd: '/', ...inUnit('w.service') }),
        gunicorn(11, { parent: 10, ...inUnit('w.service') }),
      ],
      units: [makeUnit('w.service', '/bin/sh /usr/local/bin/start', { mainPid: 10, workingDirectory: '' })],
    });
    expect(found.stops).toEqual(['app unit w.service']);
  });

  it('is the uppermost process of its own, not a worker and not the shell it was typed into', () => {
    const found = find({
      listeners: [makeListener(9999, [12, 13])],
      processes: [
        makeProcess(9, '-bash'),
        makeProcess(11, 'sh /srv/words/loop.sh', { parent: 9 }),
        gunicorn(12, { parent: 11 }),
        gunicorn(13, { parent: 12 }),
      ],
    });
    expect(found.stops).toEqual(['app process loop.sh (pid 11) of www-data']);
  });

  it('is belay’s own unit, even while it listens elsewhere', () => {
    const own = inUnit('belay-words.service');
    const found = find({
      listeners: [makeListener(3000, [10])],
      processes: [gunicorn(10, { cwd: '/srv/words.belay/releases/R/tree', ...own })],
      units: [makeUnit('belay-words.service', '/bin/sh /srv/words.belay/releases/R/start', { mainPid: 10 })],
    });
    expect(found.stops).toEqual(['app unit belay-words.service']);
  });

  it('may be two at once, by SO_REUSEPORT', () => {
    const found = find({
      listeners: [makeListener(9999, [10]), makeListener(9999, [20], '0.0.0.0')],
      processes: [gunicorn(10), gunicorn(20)],
    });
    expect(found.stops).toEqual([
      'app process gunicorn (pid 10) of www-data',
      'app process gunicorn (pid 20) of www-data',
    ]);
  });

  it('listens on a socket where nginx says so', () => {
    const at: Bind = { kind: 'socket', path: '/run/words.sock', from: 'nginx' };
    const listener = { protocol: 'unix' as const, address: '', port: 0, path: '/run/words.sock', pids: [10] };
    expect(find({ listeners: [listener], processes: [gunicorn(10)] }, {}, at).stops).toEqual([
      'app process gunicorn (pid 10) of www-data',
    ]);
  });
});

describe('pm2', () => {
  const daemon = makeProcess(5, 'x', { command: ['PM2 v7.0.4: God Daemon (/root/.pm2)'], user: 'root' });
  const entry = {
    id: 0,
    name: 'words',
    status: 'online',
    pid: 10,
    script: '/srv/words/server.js',
    args: [],
    cwd: '/srv/words',
    mode: 'fork' as const,
    restarts: 0,
  };
  const pm2 = (...entries: Pm2Facts['entries']): Pm2Facts[] => [
    { user: 'root', home: '/root/.pm2', daemonPid: 5, command: '/usr/bin/pm2', entries, dumpMatches: true },
  ];
  const node = (pid: number, parent: number, over = {}) =>
    makeProcess(pid, 'node /srv/words/server.js', { parent, user: 'root', ...over });

  it('is acted on through the entry, also where a child of it listens', () => {
    const found = find({
      listeners: [makeListener(9999, [11])],
      processes: [daemon, node(10, 5, { cwd: '/' }), node(11, 10)],
      pm2: pm2(entry),
    });
    expect(found).toMatchObject({ stops: ['app pm2 entry words (id 0) of root'], user: 'root' });
  });

  it('in cluster mode means the entry, never the daemon that listens', () => {
    const cluster = { ...entry, mode: 'cluster' as const, port: '9999' };
    const other = {
      ...cluster,
      id: 1,
      name: 'blog',
      cwd: '/srv/blog',
      script: '/srv/blog/server.js',
      pid: 12,
      port: '8080',
    };
    const found = find({
      listeners: [makeListener(9999, [5]), makeListener(8080, [5])],
      processes: [daemon, node(10, 5)],
      pm2: pm2(cluster, other),
    });
    expect(found).toMatchObject({ stops: ['app pm2 entry words (id 0) of root'], ids: [] });
    const foreign = find({
      listeners: [makeListener(9999, [5])],
      processes: [daemon],
      pm2: pm2({ ...other, port: '9999' }),
    });
    expect(foreign).toMatchObject({ stops: [], ids: ['block port.foreign'] });
  });

  it('on another port, or stopped, is a conflict; another app’s entry is none', () => {
    const blog = {
      ...entry,
      id: 2,
      name: 'words-blog',
      cwd: '/srv/blog',
      script: '/srv/blog/server.js',
      pid: 20,
      port: '8080',
    };
    const serving = {
      listeners: [makeListener(3000, [10]), makeListener(8080, [20])],
      processes: [
        daemon,
        node(10, 5),
        node(20, 5, { cwd: '/srv/blog', command: ['node', '/srv/blog/server.js'] }),
      ],
    };
    expect(find({ ...serving, pm2: pm2(entry, blog) }).stops).toEqual([
      'conflict pm2 entry words (id 0) of root',
    ]);
    const stopped = find({ processes: [daemon], pm2: pm2({ ...entry, status: 'stopped', pid: 0 }) });
    expect(stopped.raw).toMatchObject([{ role: 'conflict', active: false }]);
  });

  it('of another app that was only started in this folder is left alone, and said', () => {
    const blog = { ...entry, id: 3, name: 'blog', script: '/opt/blog/server.js', pid: 20, port: '8080' };
    const found = find({
      listeners: [makeListener(9999, [10]), makeListener(8080, [20])],
      processes: [daemon, node(10, 5), node(20, 5, { command: ['node', '/opt/blog/server.js'] })],
      pm2: pm2(entry, blog),
    });
    expect(found).toMatchObject({
      stops: ['app pm2 entry words (id 0) of root'],
      ids: ['info app.neighbour'],
    });
    expect(found.findings[0]?.evidence).toContain('pm2 entry blog (id 3) of root: /opt/blog/server.js');
    // Its port is evidence, wherever its script lies.
    const onPort = find({
      listeners: [makeListener(9999, [20])],
      processes: [daemon, node(20, 5, { command: ['node', '/opt/blog/server.js'] })],
      pm2: pm2({ ...blog, port: '9999' }),
    });
    expect(onPort.stops).toEqual(['app pm2 entry blog (id 3) of root']);
  });

  it('is left as it is where belay.yml says so by name, but for what serves', () => {
    const facts = {
      listeners: [makeListener(9999, [10])],
      processes: [daemon, node(10, 5)],
      pm2: pm2(entry, { ...entry, id: 4, name: 'spare', status: 'stopped', pid: 0 }),
    };
    expect(find(facts).stops).toEqual([
      'conflict pm2 entry spare (id 4) of root',
      'app pm2 entry words (id 0) of root',
    ]);
    expect(find(facts, { leave: ['pm2 entry spare'] })).toMatchObject({
      stops: ['app pm2 entry words (id 0) of root'],
      ids: ['info stop.declined'],
    });
    expect(find(facts, { leave: ['pm2 entry words', 'unit spare'] }).ids).toEqual([
      'block stop.needed',
      'warn stop.unmatched',
    ]);
  });

  it('that cannot be asked blocks', () => {
    const found = find({ listeners: [makeListener(9999, [10])], processes: [daemon, node(10, 5)] });
    expect(found).toMatchObject({ stops: [], ids: ['block keeper.unsupported'] });
  });

  it('never loses the unit that keeps its daemon', () => {
    const unit = makeUnit('pm2-root.service', 'pm2 start /srv/words/server.js', {
      mainPid: 5,
      workingDirectory: '',
    });
    const found = find({
      listeners: [makeListener(3000, [10])],
      processes: [{ ...daemon, ...inUnit('pm2-root.service') }, node(10, 5, inUnit('pm2-root.service'))],
      pm2: pm2(entry),
      units: [unit],
    });
    expect(found.stops).toEqual(['conflict pm2 entry words (id 0) of root']);
  });
});

describe('what belay must not end', () => {
  it.each([
    ['another app', makeProcess(10, 'node /srv/blog/server.js', { cwd: '/srv/blog' }), 'port.foreign'],
    [
      'docker-proxy',
      makeProcess(10, '/usr/bin/docker-proxy -host-port 9999', { cwd: '/', ...inUnit('docker.service') }),
      'port.docker',
    ],
    ['a container', gunicorn(10, inUnit('docker-0123456789ab.scope')), 'port.docker'],
    ['systemd', makeProcess(1, '/sbin/init', { cwd: '/', cgroup: '/init.scope' }), 'port.systemd-socket'],
    [
      'a user’s own unit',
      gunicorn(10, { cgroup: '/user.slice/user-1000.slice/user@1000.service/app.slice/words.service' }),
      'unit.user-manager',
    ],
  ])('%s', (_name, process, id) => {
    const found = find({ listeners: [makeListener(9999, [process.pid])], processes: [process] });
    expect(found).toMatchObject({ stops: [], ids: [`block ${id}`] });
  });

  it('what supervisor keeps', () => {
    const supervisor = makeProcess(5, '/usr/bin/python3 /usr/bin/supervisord -n', { cwd: '/' });
    const found = find({
      listeners: [makeListener(9999, [10])],
      processes: [supervisor, gunicorn(10, { parent: 5 })],
    });
    expect(found).toMatchObject({ stops: [], ids: ['block keeper.unsupported'] });
  });

  it('a unit that also runs another server', () => {
    const unit = inUnit('all.service');
    const found = find({
      listeners: [makeListener(9999, [10]), makeListener(8080, [20])],
      processes: [
        gunicorn(10, { ...unit, parent: 9 }),
        makeProcess(20, 'node blog.js', { cwd: '/srv/blog', parent: 9, ...unit }),
        makeProcess(9, 'sh all.sh', { cwd: '/', ...unit }),
      ],
      units: [makeUnit('all.service', 'sh all.sh', { mainPid: 9, workingDirectory: '' })],
    });
    expect(found).toMatchObject({ stops: [], ids: ['block unit.shared'] });
  });

  it('what a rollback could not start again', () => {
    const found = find({
      listeners: [makeListener(9999, [10])],
      processes: [gunicorn(10, { command: ['gunicorn: master [app:app]'] })],
    });
    expect(found.ids).toEqual(['block process.unknown-start']);
    const gone = find({
      listeners: [makeListener(9999, [10])],
      processes: [gunicorn(10, { cwd: '/srv/words.belay/releases/R/tree (deleted)' })],
    });
    expect(gone.ids).toEqual(['block process.folder-gone']);
    expect(gone.findings[0]?.remedy).toContain('kill 10');
  });

  it('what systemd-run made, and a stop would take away', () => {
    const found = find({
      listeners: [makeListener(9999, [10])],
      processes: [gunicorn(10, inUnit('run-7.service'))],
      units: [
        makeUnit('run-7.service', 'gunicorn', {
          mainPid: 10,
          fragmentPath: '/run/systemd/transient/run-7.service',
        }),
      ],
    });
    expect(found.ids).toEqual(['block unit.transient']);
  });

  it('what cannot be seen', () => {
    expect(find({ listeners: [makeListener(9999, [])] }).ids).toEqual(['block port.unseen']);
  });

  it('a shell, an editor, another app in a folder of a similar name', () => {
    const found = find({
      listeners: [makeListener(3000, [10]), makeListener(22, [30])],
      processes: [
        makeProcess(10, 'node server.js', { cwd: '/srv/words2' }),
        makeProcess(11, '-bash'),
        makeProcess(30, 'sshd', { cwd: '/' }),
      ],
      units: [makeUnit('words2.service', 'node /srv/words2/server.js', { workingDirectory: '/srv/words2' })],
    });
    expect(found).toMatchObject({ stops: [], ids: [] });
  });
});

describe('units and cron lines', () => {
  const unit = (over: Parameters<typeof makeUnit>[2]) =>
    find({ units: [makeUnit('old.service', '/usr/bin/gunicorn app:app', { active: 'inactive', ...over })] });

  it('is a conflict only what something would start', () => {
    expect(unit({ enabled: 'enabled' }).raw).toMatchObject([
      { role: 'conflict', active: false, enabled: true },
    ]);
    expect(unit({ enabled: 'disabled' }).stops).toEqual([]);
    expect(unit({ active: 'activating', enabled: 'disabled' }).stops).toEqual(['conflict unit old.service']);
    expect(unit({ enabled: 'masked' }).stops).toEqual([]);
  });

  it('leaves workers alone, and says so', () => {
    const found = find({ units: [makeUnit('worker.service', '/srv/words/.venv/bin/celery -A app worker')] });
    expect(found).toMatchObject({ stops: [], ids: ['warn app.left-alone'] });
  });

  it('knows a unit by its port alone', () => {
    const found = find({
      units: [
        makeUnit('old.service', 'node x.js', {
          workingDirectory: '/srv/other',
          active: 'failed',
          port: '9999',
        }),
      ],
    });
    expect(found.stops).toEqual(['conflict unit old.service']);
  });

  it('leaves lines alone that only call the app', () => {
    const line = (text: string) => ({
      source: 'crontab:root',
      line: 1,
      text: `* * * * * ${text}`,
      command: text,
    });
    expect(find({ cron: [line('curl http://127.0.0.1:9999/tick')] })).toMatchObject({ stops: [], ids: [] });
    const runs = [{ command: 'exec gunicorn app:app', folder: '/srv/words' }];
    expect(find({ cron: [{ ...line('/opt/start.sh'), runs }] }).stops).toEqual([
      'conflict line 1 of crontab:root',
    ]);
    const touches = [{ command: 'touch /srv/words/tmp/restart.txt' }];
    expect(find({ cron: [{ ...line('/opt/touch.sh'), runs: touches }] }).stops).toEqual([]);
    expect(find({ cron: [line('cd /srv/words && ./start.sh')] }).stops).toEqual([
      'conflict line 1 of crontab:root',
    ]);
    expect(find({ cron: [line('gunicorn --chdir /srv/blog -b :9999 app:app')] }).stops).toEqual([
      'conflict line 1 of crontab:root',
    ]);
    expect(find({ cron: [line('cd /srv/words2 && ./start.sh')] }).stops).toEqual([]);
  });

  it('puts off lines that name what keeps the app', () => {
    const blog = {
      name: 'blog',
      state: 'RUNNING',
      pid: 10,
      command: 'gunicorn -b 127.0.0.1:9999 app:app',
      directory: '/srv/words',
      atBoot: true,
      file: '/etc/supervisor/conf.d/blog.conf',
      section: 'program:blog',
    };
    const cron = [
      'supervisorctl restart blog',
      'curl -fs http://127.0.0.1:9999/ || supervisorctl -c /etc/s.conf restart blog',
      '/etc/init.d/blog start',
      'supervisorctl restart blogger',
      'supervisorctl status blog',
    ].map((command, index) => ({
      source: 'crontab:root',
      line: index + 1,
      text: `0 * * * * ${command}`,
      command,
    }));
    const found = find({
      listeners: [makeListener(9999, [10])],
      processes: [gunicorn(10)],
      supervisors: [{ pid: 5, config: '/etc/s.conf', command: '/usr/bin/supervisorctl', programs: [blog] }],
      cron,
    });
    expect(found.stops).toEqual([
      'conflict line 1 of crontab:root',
      'conflict line 2 of crontab:root',
      'conflict line 3 of crontab:root',
      'app supervisor program blog',
    ]);
  });

  it('puts off lines of scripts, by the folder that they went to before', () => {
    const line = { source: '/etc/rc.local', line: 3, text: './start.sh &', command: './start.sh &' };
    expect(find({ cron: [{ ...line, folder: '/srv/words' }] }).stops).toEqual([
      'conflict line 3 of /etc/rc.local',
    ]);
    expect(find({ cron: [{ ...line, folder: '/srv/blog' }] }).stops).toEqual([]);
    const other = { ...line, text: 'systemctl restart nginx', command: 'systemctl restart nginx' };
    expect(find({ cron: [{ ...other, folder: '/srv/words' }] }).stops).toEqual([]);
  });

  const socket = makeUnit('words.socket', '', {
    workingDirectory: '',
    listens: ['127.0.0.1:9999'],
    enabled: 'enabled',
  });
  const activated = makeUnit('words.service', '/usr/bin/gunicorn app:app', {
    mainPid: 10,
    triggeredBy: ['words.socket'],
  });
  const systemd = makeProcess(1, '/sbin/init', { cwd: '/', user: 'root', cgroup: '/init.scope' });

  it('stops a socket unit before the service that it would start again', () => {
    const found = find({
      listeners: [makeListener(9999, [1, 10])],
      processes: [systemd, gunicorn(10, inUnit('words.service'))],
      units: [activated, socket],
    });
    expect(found).toMatchObject({
      stops: ['app unit words.socket', 'app unit words.service'],
      ids: [],
    });
  });

  it('knows the service of a socket that nobody has asked for yet', () => {
    const found = find({
      listeners: [makeListener(9999, [1])],
      processes: [systemd],
      units: [{ ...activated, active: 'inactive', user: 'www-data', mainPid: 0 }, socket],
    });
    expect(found).toMatchObject({
      stops: ['app unit words.socket', 'app unit words.service'],
      user: 'www-data',
    });
    expect(found.raw.map(({ active }) => active)).toEqual([true, false]);
  });

  it('a path unit, and a script of /etc/init.d that is not what runs now', () => {
    const path = makeUnit('words.path', '', { workingDirectory: '' });
    const found = find({
      listeners: [makeListener(9999, [10])],
      processes: [gunicorn(10)],
      units: [
        path,
        makeUnit(
          'words.service',
          '/etc/init.d/words start && cd /srv/words && start-stop-daemon --start --exec /usr/bin/gunicorn',
          {
            active: 'inactive',
            enabled: 'enabled',
            workingDirectory: '',
            triggeredBy: ['words.path'],
          },
        ),
      ],
    });
    expect(found.stops).toEqual([
      'conflict unit words.path',
      'conflict unit words.service',
      'app process gunicorn (pid 10) of www-data',
    ]);
  });
});
