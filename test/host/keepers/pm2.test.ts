import { describe, expect, it } from 'vitest';
import { startScript, type Launch } from '../../../src/host/keepers/launch.js';
import { pm2Manager } from '../../../src/host/keepers/pm2.js';
import { judge, readSeen } from '../../../src/host/proof/process-proof.js';
import { app } from '../../activities/local-host.js';

const release = '20261124T101500Z-1f0c9a2b';
const folder = `/srv/words.belay/releases/${release}`;
const tree = `${folder}/tree`;
const daemon = { user: 'deploy', home: '/home/deploy/.pm2', command: '/usr/bin/pm2', runs: true };
const launch: Launch = {
  app: { ...app, manager: 'pm2' },
  release,
  user: 'deploy',
  bind: { kind: 'port', port: 9999, from: 'nginx' },
};
const manager = pm2Manager(launch.app, release, daemon);

/** What prove-process.sh prints of a host on which all is well. */
const well = `uid 0
ticks 100
tree ${tree}
keeper status=online
keeper restarts=0
keeper pid=410
keeper ticks=5000
listener 7001 0100007F:270F
process 412 5003 7001
cgroup 412 /user.slice/session-3.scope
cwd 412 ${tree}
release 412 ${release}
process 413 5003 7001
cwd 413 ${tree}
ancestors 412 410 300
ancestors 413 412 410 300
`;
const judged = (from = '', to = '') =>
  judge(readSeen(well.replace(from, to)), { manager, bind: launch.bind, tree, release });

describe('the proof of an entry', () => {
  it('is that every listener descends from its process', () => {
    expect(judged()).toMatchObject({
      faults: [],
      evidence: expect.stringContaining(
        'pid 412, 413, all of pm2 entry belay-words of deploy, in …/',
      ) as string,
      state: { fallen: false, restarts: 0 },
    });
  });

  it.each([
    [
      'another process listens too',
      'ancestors 413 412 410 300',
      'ancestors 413 300',
      'pid 413 listens on 127.0.0.1:9999, but is of an unknown unit, not of pm2 entry belay-words of deploy',
    ],
    [
      'the daemon itself listens, as in cluster mode',
      'ancestors 412 410 300',
      'ancestors 412 1',
      'pid 412 listens on 127.0.0.1:9999, but is of session-3.scope',
    ],
    ['pm2 started it again', 'restarts=0', 'restarts=2', 'it was started again 2 times'],
    ['it is not online', 'status=online', 'status=errored', 'to be online, it is errored'],
    [
      'the entry is gone',
      /keeper [^]*ticks=5000/.exec(well)?.[0],
      'keeper status=gone',
      'to be online, it is gone',
    ],
    [
      'a process is older',
      'process 413 5003',
      'process 413 4000',
      'was started before pm2 entry belay-words',
    ],
  ])('not where %s', (_, from, to, fault) => {
    expect(judged(from, to).faults.join('; ')).toContain(fault);
  });

  it('is not waited for where it has ended, but while pm2 launches it', () => {
    expect(judged('status=online', 'status=launching').state.fallen).toBe(false);
    expect(judged('status=online', 'status=waiting restart').state.fallen).toBe(true);
    expect(judged('restarts=0', 'restarts=1').state).toMatchObject({ fallen: true, restarts: 1 });
  });
});

describe('the entry', () => {
  it('runs the start script in the release’s tree, in fork mode, and holds nothing of the environment', () => {
    const { entry: text = '' } = manager.started({
      ...launch,
      app: { ...launch.app, env: { TOKEN: 'hidden' } },
    });
    expect(JSON.parse(text)).toMatchObject({
      name: 'belay-words',
      pm_exec_path: '/bin/sh',
      args: [`${folder}/start`],
      pm_cwd: tree,
      exec_interpreter: 'none',
      exec_mode: 'fork_mode',
      autorestart: true,
      env: {},
    });
    expect(text).not.toContain('hidden');
  });

  it('bears the environment’s name where it is not production', () => {
    const staging = pm2Manager({ ...launch.app, environment: 'staging' }, release, daemon);
    expect(staging.label).toBe('pm2 entry belay-words-staging of deploy');
  });

  it('has its environment read by the start script', () => {
    expect(startScript(launch)).toContain('set -a\n. "${0%/*}/environment"\nset +a\nexec gunicorn');
    expect(startScript({ ...launch, app: { ...launch.app, envFile: "/etc/it's.env" } })).toContain(
      `  . "\${0%/*}/env-file.sh"\n  eval "$(exports_of '/etc/it'\\''s.env')"\nfi\nexec gunicorn`,
    );
  });
});
