import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { activate } from '../../src/activities/steps/activate.js';
import { backUp } from '../../src/activities/steps/backUp.js';
import { build } from '../../src/activities/steps/build.js';
import { claim } from '../../src/activities/steps/claim.js';
import { commit } from '../../src/activities/steps/commit.js';
import { quiesce } from '../../src/activities/steps/quiesce.js';
import { scriptStep } from '../../src/activities/change/script-step.js';
import { settle } from '../../src/activities/steps/settle.js';
import { start } from '../../src/activities/steps/start.js';
import { stop } from '../../src/activities/steps/stop.js';
import { takeBack } from '../../src/activities/steps/takeBack.js';
import { running } from '../../src/activities/runtime/run-step.js';
import type { Dependencies } from '../../src/activities/runtime/dependencies.js';
import type { ArtifactStore } from '../../src/artifact/store.js';
import type { Activities, ChangeInput } from '../../src/domain/runbook/activities.js';
import type { App } from '../../src/domain/app/app.js';
import type { OutcomeKind } from '../../src/domain/runbook/outcome.js';
import type { Keeper } from '../../src/domain/app/keeper.js';
import type { Stop } from '../../src/domain/keepers/keeper.js';
import { createSandbox, sshArguments, type SandboxServer } from '../../src/sandbox/index.js';
import { makeApp } from '../domain/make-app.js';
import { makePlan } from '../domain/make-plan.js';
import { LocalSession } from '../host/local-session.js';
import { onThisMachine, stateOnHost } from '../host/state.js';
import { describeOnServers, ownState } from '../on-servers.js';

const path = '/srv/words';
const base = `${path}.belay`;
// Where a session of the tests has it.
const own = onThisMachine(stateOnHost(path));
const unit = 'belay-words.service';

const implementations = {
  activate,
  backUp,
  build,
  claim,
  commit,
  quiesce,
  restoreFiles: scriptStep('restoreFiles'),
  restoreTopology: scriptStep('restoreTopology'),
  settle,
  start,
  startOld: scriptStep('startOld'),
  stop,
  stopNew: scriptStep('stopNew'),
  takeBack,
};
type Changes = Pick<Activities, keyof typeof implementations>;
type Forward = 'build' | 'backUp' | 'quiesce' | 'stop' | 'activate' | 'start' | 'commit';
const wayBack = ['stopNew', 'restoreFiles', 'restoreTopology', 'startOld'] as const;

describeOnServers('the changes on the server of the incident', () => {
  ownState();
  let server: SandboxServer;
  let dependencies: Dependencies;

  beforeAll(async () => {
    server = await createSandbox({ name: 'changes', like: 'incident' });
    const session = sessionTo(server);
    const hosts = { session: () => Promise.resolve(session), close: () => Promise.resolve() };
    dependencies = { hosts, artifacts: {} as ArtifactStore };
    // Its line that starts a server every five minutes would, in between two steps, change the world that is compared.
    await on('systemctl stop cron');
  });

  async function on(command: string): Promise<string> {
    const { code, stdout, stderr } = await server.exec(command);
    if (code !== 0) throw new Error(`${command}: exit ${code}: ${stderr}`);
    return stdout;
  }

  function run<Name extends keyof Changes>(name: Name, input: Parameters<Changes[Name]>[0]) {
    const step = implementations[name](dependencies) as (input: unknown) => Promise<unknown>;
    const result: Promise<unknown> = new MockActivityEnvironment().run(running(step), input);
    return result as ReturnType<Changes[Name]>;
  }

  /** Stages a copy of what is live under another name and plans for what runs now. */
  async function deployment(release: string, change: Partial<App> = {}): Promise<ChangeInput> {
    const tree = `${base}/releases/${release}/tree`;
    await on(`mkdir -p ${tree} ${own}/releases/${release}; chmod 700 ${own} ${own}/..; chmod 711 ${base}; cp -a ${path}/. ${tree}; rm -rf ${tree}/data ${tree}/.env ${tree}/.venv
      printf '{"release":"${release}","when":"2026-11-24T10:15:00Z","by":"a@b","deployment":"d","outcome":"staged"}' \\
        >${own}/releases/${release}/release.json`);
    const stops = await runningNow();
    const active = /releases\/([^/]+)\/tree$/.exec(
      await on(`readlink ${path} || :`).then((s) => s.trim()),
    )?.[1];
    const plan = makePlan({
      host: 'changes',
      release,
      ...(active === undefined ? {} : { previous: { kind: 'release', release: active } }),
      stops,
      fenceNumber: Number(await on(`sed -n 's/^number=//p' ${own}/owner 2>/dev/null || :`)),
    });
    const target = {
      app: { ...app, ...change },
      reach: { alias: 'changes' },
      deployment: `belay/words/production/changes@${release}`,
      startedBy: 'someone@laptop',
      release,
      plan,
    };
    const claimed = await run('claim', target);
    if ('changed' in claimed) throw new Error(claimed.changed);
    const { number } = claimed;
    last = { ...target, number };
    return last;
  }

  /** What stops, as inspection would say it. */
  async function runningNow(): Promise<Stop[]> {
    const stop = (role: Stop['role'], keeper: Keeper, label: string): Stop => ({
      role,
      keeper,
      label,
      why: '',
      active: true,
    });
    const boot = (await on('cat /proc/sys/kernel/random/boot_id')).trim();
    const own = (await on(`systemctl is-active ${unit} || :`)).trim() === 'active';
    const pid = Number(await on(`pgrep -o -u www-data -f 'gunicorn -w 2 -b 127.0.0.1:9999'`));
    const ticks = Number(await on(`cut -d ' ' -f 22 /proc/${pid}/stat`));
    const app: Keeper = own
      ? { kind: 'unit', unit }
      : { kind: 'none', process: { pid, startTicks: ticks, bootId: boot } };
    const crontab = (await on('crontab -l')).split('\n');
    const line = crontab.findIndex((text) => text.includes(':3000') && !text.startsWith('#'));
    const entries = JSON.parse(await on('pm2 jlist --silent')) as { pm_id: number; name: string }[];
    const entry = entries.find(({ name }) => name === 'words');
    return [
      stop('app', app, own ? unit : `gunicorn (pid ${pid})`),
      ...(entry
        ? [
            stop(
              'conflict',
              {
                kind: 'pm2',
                user: 'root',
                home: '/root/.pm2',
                command: '/usr/local/bin/pm2',
                id: entry.pm_id,
                name: 'words',
              },
              'pm2 entry words of root',
            ),
          ]
        : []),
      stop('conflict', { kind: 'unit', unit: 'words.service' }, 'words.service'),
      ...(line < 0
        ? []
        : [
            stop(
              'conflict',
              { kind: 'cron', source: 'crontab:root', line: line + 1, text: crontab[line] ?? '' },
              `root's crontab:${line + 1}`,
            ),
          ]),
    ];
  }

  async function forward(input: ChangeInput, ...names: Forward[]): Promise<void> {
    for (const name of names) await run(name, input);
  }

  async function back(input: ChangeInput): Promise<void> {
    const { number } = await run('takeBack', input);
    for (const name of wayBack) await run(name, { ...input, number });
  }

  let last: ChangeInput | undefined;
  afterEach(async () => {
    if (last) await end(last);
  });

  async function end(input: ChangeInput, outcome: OutcomeKind = 'rolled-back'): Promise<void> {
    last = undefined;
    const number = Number(await on(`sed -n 's/^number=//p' ${own}/owner`));
    await run('settle', { ...input, number, outcome });
  }

  /** Everything that a way back has to restore, as text. */
  async function world(): Promise<string> {
    const pid = (await on(`pgrep -o -u www-data -f 'gunicorn .*-b 127.0.0.1:9999'`)).trim();
    // Not while pm2 restarts its entry, every two minutes.
    return on(`while t=$(($(date +%s) % 120)); [ $t -gt 115 ] || [ $t -lt 4 ]; do sleep 0.2; done
      stat -c '%N %F' ${path}; find -L ${path} -xdev ! -path '*__pycache__*' ! -name visits.db -printf '%P %M %u:%g %y %l\\n' | sort
      crontab -l
      ls -l /etc/systemd/system /etc/systemd/system/multi-user.target.wants | awk '{ print $1, $3, $9, $10, $11 }'
      for unit in words other ${unit}; do systemctl is-enabled $unit; systemctl is-active $unit; done 2>&1
      pm2 jlist --silent | node -e 'const pick = (e) => [e.name, e.status, e.cron_restart, e.pm_exec_path, e.args, e.pm_cwd, e.pm_out_log_path, e.env];
        const list = JSON.parse(require("fs").readFileSync(0, "utf8")).map((e) => e.pm2_env);
        const saved = JSON.parse(require("fs").readFileSync("/root/.pm2/dump.pm2", "utf8"));
        for (const entry of [...list, "saved", ...saved]) console.log(JSON.stringify(pick(entry)).replace(/"unique_id":"[^"]*"/, ""))'
      tr '\\0' '|' </proc/${pid}/cmdline; echo; tr '\\0' '\\n' </proc/${pid}/environ | sort
      readlink /proc/${pid}/cwd /proc/${pid}/fd/0 /proc/${pid}/fd/1 /proc/${pid}/fd/2
      grep -E '^(Uid|Gid|Groups|Umask|Sig(Ign|Blk)):' /proc/${pid}/status
      ls /proc/${pid}/fd | wc -l
      curl -sk --resolve words.example.test:443:127.0.0.1 -o /dev/null -w '%{http_code}\\n' https://words.example.test/
      curl -s -o /dev/null -w '%{http_code}\\n' http://127.0.0.1:3000/ || :`).then((text) =>
      text.replace(
        /^(?:INVOCATION_ID|JOURNAL_STREAM|SYSTEMD_EXEC_PID)=.*$|socket:.*$/gm,
        'of every start its own',
      ),
    );
  }

  // After build and quiesce there is no more to undo than before them.
  test.each<Forward>(['stop', 'start'])(
    'every step forward until %s, and the whole way back, leave the server as it was',
    async (furthest) => {
      const before = await world();
      const steps: Forward[] = ['build', 'backUp', 'quiesce', 'stop', 'activate', 'start'];
      const length = steps.indexOf(furthest) + 1;
      const input = await deployment(`20261124T10150${length}Z-1f0c9a2b`, { shared: ['data', '.env'] });
      await forward(input, ...steps.slice(0, length));
      if (furthest === 'start') {
        expect(await on('curl -s http://127.0.0.1:9999/ | head -c 15')).toContain('<!doctype html>');
        expect(
          await on(`systemctl show -p MainPID --value ${unit}; ss -ltnp 'sport = :3000' | tail -n +2`),
        ).toMatch(/^[1-9]\d*\n$/);
      }
      await back(input);
      expect(await world()).toBe(before);
      await back(input);
      expect(await world(), 'undone twice').toBe(before);
      await end(input);
    },
  );

  test('once told to stop the host goes on to the start by itself, systemd having read its units before; the whole way back undoes that', async () => {
    const before = await world();
    const input = await deployment('20261124T101800Z-1f0c9a2b', { shared: ['data', '.env'] });
    await forward(input, 'build', 'backUp', 'quiesce');
    await run('stop', { ...input, isMoment: true });
    // Nobody takes `activate` and `start`.
    const journal = `${own}/journal/${input.number}`;
    await on(`until [ -s ${journal}/start/exit ]; do sleep 0.1; done; cat ${journal}/start/output`);
    expect(await on(`cat ${journal}/stop/exit ${journal}/activate/exit ${journal}/start/exit`)).toMatch(
      /^(0\s+){3}$/,
    );
    expect(await on('curl -s http://127.0.0.1:9999/ | head -c 15')).toContain('<!doctype html>');
    expect((await on(`readlink -f ${path}`)).trim()).toBe(`${base}/releases/${input.release}/tree`);
    const [read = 0, up = 0, now = 0, stopped = 0] = (
      await on(`systemctl show -p UnitsLoadFinishTimestampMonotonic --value; cut -d ' ' -f 1 /proc/uptime; date +%s.%N
        stat -c %.9Z ${own}/backup/${input.number}/stops/*/stopped | sort | head -n 1`)
    )
      .trim()
      .split('\n')
      .map(Number);
    expect(read / 1e6 + now - up).toBeLessThan(stopped);
    // Whoever takes them finds them.
    expect(await run('activate', { ...input, isMoment: true })).toEqual({ active: input.release });
    expect((await run('start', input)).pid).toBeGreaterThan(1);
    // What a power cut in the middle of the start took is laid down anew.
    await on(
      `: >/etc/systemd/system/${unit}; echo another >${own}/backup/${input.number}/prepared; rm -r ${journal}/start`,
    );
    await run('start', input);
    expect(await on(`cat /etc/systemd/system/${unit}`)).toContain('ExecStart=');
    await back(input);
    expect(await world()).toBe(before);
    await end(input);
  });

  test('dependencies are copied for the build, whose pip never touches the live ones', async () => {
    await on(`python3 -m venv --without-pip ${path}/.venv
      printf '#!${path}/.venv/bin/python\\nimport sys; print("prefix", sys.prefix)\\n' >${path}/.venv/bin/tool
      chmod 755 ${path}/.venv/bin/tool; rm -f /tmp/built; date +%s.%N >/tmp/before`);
    const input = await deployment('20261124T102000Z-1f0c9a2b', {
      shared: ['data', '.env'],
      envFile: '.env',
      build: [
        '.venv/bin/tool',
        '. .venv/bin/activate && tool; id -un; touch built',
        'echo $WORDS_SECRET $WORDS_GREETING',
      ],
    });
    input.plan.hostOnly.push({ path: '.venv/', size: 0, modified: 0, fate: 'dependencies' });
    const { output } = await run('build', input);
    expect(output).toMatch(/prefix \/srv\/words\.belay\/deps\/[0-9a-f]{16}\/\.venv\n/);
    expect(output).not.toContain('prefix /srv/words/');
    expect(output).toContain('www-data\n');
    expect(output).toContain('only-on-this-server Hello\n');
    expect(
      await on(`find ${path}/.venv -newer /tmp/before; ls -A ${own}/releases/${input.release}/built`),
    ).toBe(`${own}/releases/${input.release}/built\n`);
    await on(`rm -rf ${path}/.venv ${base}/releases/${input.release} ${base}/deps`);
  });

  test('what takes the port while the old version stops is named, and the old version comes back', async () => {
    const before = await world();
    const input = await deployment('20261124T102500Z-1f0c9a2b');
    await forward(input, 'build', 'backUp', 'quiesce');
    // Within a moment of the port being free, before it is looked at.
    await on(`cat >/root/squatter.py <<'END'
import socket, time
squatter = socket.socket()
squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
while True:
    try:
        squatter.bind(('127.0.0.1', 9999))
        break
    except OSError:
        time.sleep(0.001)
squatter.listen()
time.sleep(1000)
END
systemd-run --quiet --unit squatter python3 /root/squatter.py`);
    await expect(forward(input, 'stop')).rejects.toThrow(
      /port 9999 is still taken, 10 s after .*, by pid \d+: .*squatter\.py \(child of \S+, in squatter\.service\)/,
    );
    await on('systemctl stop squatter');
    await back(input);
    expect(await world()).toBe(before);
  });

  test('what a starter started before it was put off is stopped and, but for what only waited for the address, comes back', async () => {
    const before = await world();
    const input = await deployment('20261124T102600Z-1f0c9a2b');
    await forward(input, 'build', 'backUp');
    await on(`mkdir -p /srv/blog
      as() { setsid -f setpriv --reuid www-data --regid www-data --clear-groups "$@" >/dev/null 2>&1; }
      (cd ${path} && as python3 -m http.server 3111 --bind 127.0.0.1 && as sleep 1001)
      (cd ${path} && as sh -c 'until gunicorn -b 127.0.0.1:9999 app:app; do sleep 0.1; done')
      (cd /srv/blog && as python3 -m http.server 3112 --bind 127.0.0.1)
      until curl -fs 127.0.0.1:3111 && curl -fs 127.0.0.1:3112; do sleep 0.1; done >/dev/null`);
    const running = 'pgrep -x -u www-data -f "sleep 1001|python3 -m http.server 311.*|sh -c until.*" -a';
    const came = await on(running);
    const { quiesced } = await run('quiesce', input);
    expect(
      quiesced.filter((line) => line.includes('came since')).map((line) => line.replace(/pid \d+/, 'pid')),
    ).toEqual([
      'process python3 (pid) of www-data, which came since the plan: stopped',
      'process sh (pid) of www-data, which came since the plan: stopped',
    ]);
    expect((await on(running)).replace(/^\d+ /gm, '')).toBe(
      'sleep 1001\npython3 -m http.server 3112 --bind 127.0.0.1\n',
    );
    await forward(input, 'stop', 'activate', 'start');
    await back(input);
    await on('until curl -fs 127.0.0.1:3111 >/dev/null; do sleep 0.1; done');
    const lines = (text: string) => text.replace(/^\d+ /gm, '').split('\n').sort();
    expect(lines(await on(running))).toEqual(lines(came).filter((line) => !line.startsWith('sh ')));
    await on(`pkill -x -u www-data -f 'sleep 1001|python3 -m http.server 311.*'; rmdir /srv/blog`);
    expect(await world()).toBe(before);
  });

  test('a release is committed; the next one fails to start, leaves it serving and is set apart; the third prunes', async () => {
    const shared = ['data', '.env'];
    const first = await deployment('20261124T110000Z-1f0c9a2b', {
      shared,
      hooks: { release: [], before: [], after: ['false'] },
    });
    await forward(first, 'build', 'backUp', 'quiesce', 'stop', 'activate', 'start', 'commit');
    await end(first, 'succeeded');
    const pm2 = 'pm2 jlist --silent; cat /root/.pm2/dump.pm2';
    expect(await on(`crontab -l; systemctl is-enabled words ${unit} || :; ${pm2}`)).toMatch(
      /^# belay belay\/words\/production\/changes@20261124T110000Z-1f0c9a2b: \*\/5 .*\ndisabled\nenabled\n\[\]\[\]/ms,
    );
    expect(
      await on(`cd ${own}/releases; grep -ho '"outcome": "[a-z]*"' *-adopted/release.json ${first.release}/release.json
        readlink ${path}/data`),
    ).toBe(`"outcome": "adopted"\n"outcome": "active"\n${base}/shared/data\n`);

    const before = await world();
    const second = await deployment('20261124T111000Z-1f0c9a2b', { shared, run: 'echo cannot start; false' });
    expect(second.plan.previous).toEqual({ kind: 'release', release: first.release });
    await expect(forward(second, 'build', 'backUp', 'quiesce', 'stop', 'activate', 'start')).rejects.toThrow(
      /belay-words\.service ended before it listened on port 9999[^]*cannot start/,
    );
    await back(second);
    expect(await world()).toBe(before);
    await back(second);
    expect(await world(), 'undone twice').toBe(before);
    await end(second);

    const third = await deployment('20261124T112000Z-1f0c9a2b', { shared, keep: 1 });
    await forward(third, 'build', 'backUp', 'quiesce', 'stop', 'activate', 'start');
    const { pruned } = await run('commit', third);
    // Neither the adopted directory nor the release to go back to; what failed is set apart, and does not count.
    expect(pruned).toEqual([]);
    expect(await on(`ls ${base}/releases; echo; ls ${base}/failed`)).toMatch(
      new RegExp(
        `^20261124T101400Z-adopted\n${first.release}\n${third.release}\n\n(?:.*\n)*${second.release}\n$`,
      ),
    );
    expect(
      await on(`systemctl show -p NRestarts --value ${unit}; curl -s 127.0.0.1:9999/ | grep -c visits`),
    ).toMatch(/^0\n/);
  }, 300_000);
});

const app = makeApp({
  user: 'www-data',
  run: 'gunicorn -w 2 -b {bind} app:app',
  env: { WORDS_GREETING: 'Hello' },
  soakSeconds: 0,
});

/** Over OpenSSH: the last two arguments are `-c` and the code, which has no single quotes in it. */
function sessionTo({ name }: SandboxServer): LocalSession {
  const ssh = sshArguments(name);
  return new LocalSession({
    shell: ['sh', '-c', `for code; do :; done; exec ssh ${ssh.join(' ')} "exec sh -c '$code'"`, 'sh'],
  });
}
