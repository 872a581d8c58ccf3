import { expect, test } from 'vitest';
import type { Outcome } from '../../src/cli/output/schema.js';
import { connect } from '../../src/temporal/connect.js';
import { leakingApp, nodeApp, pythonApp } from './servers/app.js';
import { Servers } from './servers/harness.js';
import { limitMemory, noMemoryGroups } from './servers/memory-group.js';
import { stateOnHost } from '../host/state.js';
import { describeOnServers } from '../on-servers.js';

const noLimits = noMemoryGroups();
if (noLimits) console.warn(`skipped: a release that is killed for lack of memory: ${noLimits}`);

/** More of how apps are kept on servers; run by hand, as CONTRIBUTING.md says, because it takes minutes. */
describeOnServers('an app on one box with others', () => {
  const servers = new Servers('box2');

  test('supervisord keeps the old version: stopped through it, back through it, and not at its next start', async () => {
    await servers.box.lay('sup', { 'app.py': pythonApp({ number: 0 }) });
    const conf = `; the words
[program:sup]
command=gunicorn -b 127.0.0.1:8600 app:app
directory=/srv/sup
user=sup
environment=SECRET="planted"
autostart=true ; at once
`;
    await servers.box.on(`cat >/etc/supervisor/conf.d/sup.conf <<'END'
${conf}[program:neighbour]
command=sleep 100000
END
      systemctl start supervisor`);
    await servers.box.until(
      `curl -fs http://127.0.0.1:8600/ && supervisorctl status neighbour | grep RUNNING`,
    );
    const before = await servers.box.on(`supervisorctl pid neighbour; cat /etc/supervisor/conf.d/sup.conf`);
    const words = await servers.project('sup', {
      manager: 'systemd',
      run: 'gunicorn -b {bind} app:app',
      port: 8600,
      acknowledge: { 'nginx.no-proxy': 'asked directly' },
    });
    await words.write('app.py', pythonApp({ number: 1, broken: true }));
    const failed = await servers.ends('rolled-back', 'deploy', words);
    expect(JSON.stringify(failed)).not.toContain('planted');
    expect(await servers.box.get(8600)).toBe('version 0');
    expect(await servers.box.on(`supervisorctl status sup`)).toMatch(/RUNNING/);
    expect(await servers.box.on(`supervisorctl pid neighbour; cat /etc/supervisor/conf.d/sup.conf`)).toBe(
      before,
    );

    // Somebody starts it by hand while the new version is watched.
    const watched = await servers.project('sup', {
      manager: 'systemd',
      run: 'gunicorn -b {bind} app:app',
      port: 8600,
      soak: '10m',
      acknowledge: { 'nginx.no-proxy': 'asked directly' },
    });
    await watched.write('app.py', pythonApp({ number: 2 }));
    const deploying = servers.ends('rolled-back', 'deploy', watched);
    await servers.box.until(`curl -fs http://127.0.0.1:8600/ | grep -q 'version 2'`);
    // Where belay takes it away again within a second, supervisor calls that an abnormal termination.
    await servers.box.on(`supervisorctl start sup; true`);
    expect((await deploying).cause).toContain('supervisor program sup was stopped and is back');
    expect(await servers.box.get(8600)).toBe('version 0');

    await words.write('app.py', pythonApp({ number: 2 }));
    await servers.ends('succeeded', 'deploy', words);
    // As at a boot.
    await servers.box.on(`systemctl restart supervisor`);
    await servers.box.until(`supervisorctl status neighbour | grep RUNNING`);
    expect(await servers.box.on(`supervisorctl status sup; true`)).toMatch(/STOPPED/);
    expect(await servers.box.get(8600)).toBe('version 2');
    await servers.box.on('systemctl stop supervisor');
  });

  test('a user’s own unit and a job of at are named with what takes them away', async () => {
    await servers.box.lay('usr', { 'app.py': pythonApp({ number: 0 }) });
    const manager = `systemd-run --quiet --pipe --wait --uid=usr -E XDG_RUNTIME_DIR=/run/user/$(id -u usr) systemctl --user`;
    await servers.box.on(`loginctl enable-linger usr
      install -d -o usr ~usr/.config ~usr/.config/systemd ~usr/.config/systemd/user /var/spool/cron/atjobs
      cat >~usr/.config/systemd/user/words.service <<'END'
[Service]
WorkingDirectory=/srv/usr
ExecStart=/usr/bin/gunicorn -b 127.0.0.1:8700 app:app
[Install]
WantedBy=default.target
END
      printf '%s\\n' '#!/bin/sh' 'TOKEN=planted; export TOKEN' 'cd /srv/usr || {' ' exit 1' '}' 'gunicorn -b 127.0.0.1:8700 app:app' \\
        >/var/spool/cron/atjobs/a0000301c5a9f8`);
    await servers.box.until(`test -S /run/user/$(id -u usr)/systemd/private`);
    await servers.box.on(`${manager} enable --now words 2>&1`);
    await servers.box.until(`curl -fs http://127.0.0.1:8700/`);
    const words = await servers.project('usr', {
      run: 'gunicorn -b {bind} app:app',
      port: 8700,
      user: 'usr',
      acknowledge: { 'nginx.no-proxy': 'asked directly' },
    });
    await words.write('app.py', pythonApp({ number: 1 }));
    const running = await servers.ends('refused', 'deploy', words);
    const blocks = (outcome: typeof running) =>
      outcome.findings.filter(({ severity }) => severity === 'block').map(({ id, remedy }) => [id, remedy]);
    const disable = 'As usr: `systemctl --user disable --now words.service`, then plan again.';
    expect(blocks(running)).toEqual([
      ['at.starts-server', 'Take it away: `atrm 3`, then plan again.'],
      ['unit.user-manager', disable],
    ]);
    expect(JSON.stringify(running)).not.toContain('planted');
    await servers.box.on(`rm /var/spool/cron/atjobs/*; ${manager} stop words`);
    expect(blocks(await servers.ends('refused', 'deploy', words))).toEqual([['unit.user-manager', disable]]);
    await servers.box.on(`${manager} disable --now words 2>&1`);
    await servers.ends('succeeded', 'deploy', words);
    expect(await servers.box.get(8700)).toBe('version 1');
  });

  test('belay recover under pm2: a deployment that was terminated gives way to the old version, entry and all', async () => {
    await servers.box.lay('rec', { 'server.js': nodeApp({ number: 0 }) });
    await servers.box.on(
      `su - rec -c 'cd /srv/rec && PORT=8800 pm2 start server.js --silent --name rec && pm2 save --silent' </dev/null`,
    );
    await servers.box.until(`curl -fs http://127.0.0.1:8800/`);
    const entries = () =>
      servers.box.on(`${servers.box.entries('rec', 'belay-rec')}; ${servers.box.entries('rec', 'rec')}`);
    const before = await entries();
    const words = await servers.project('rec', {
      run: 'node server.js',
      manager: 'pm2',
      port: 8800,
      soak: '10m',
      deadman: 'off',
      approval: 'automatic',
      acknowledge: { 'nginx.no-proxy': 'asked directly', 'pm2.no-startup': 'it never boots' },
    });
    await words.write('server.js', nodeApp({ number: 1 }));
    const begun = await servers.belay(['deploy', '--detach', '--json', '--config', words.config]);
    const [workflowId = '', runId] = (JSON.parse(begun.stdout) as Outcome).deployment.split('@');
    await servers.box.until(`curl -fs http://127.0.0.1:8800/ | grep -q 'version 1'`);
    const client = await connect();
    await client.workflow.getHandle(workflowId, runId).terminate('the test says so');
    await client.connection.close();
    expect(await entries()).not.toBe(before);
    const recovered = await servers.belay(['recover', '--config', words.config]);
    expect(recovered.exitCode, recovered.stdout + recovered.stderr).toBe(0);
    expect(await servers.box.get(8800)).toBe('version 0');
    expect(await entries()).toBe(before);
  });

  test('pm2 as the keeper where none runs yet; what was started by hand with nohup comes back', async () => {
    await servers.box.lay('hand', { 'server.js': nodeApp({ number: 0 }) });
    await servers.box.on(
      `su - hand -c 'cd /srv/hand; PORT=8500 nohup node server.js >out.log 2>&1 &' </dev/null`,
    );
    await servers.box.until(`curl -fs http://127.0.0.1:8500/`);
    const words = await servers.project('hand', {
      run: 'node server.js',
      manager: 'pm2',
      port: 8500,
      discard: ['out.log'],
      acknowledge: { 'nginx.no-proxy': 'asked directly', 'pm2.no-startup': 'it never boots' },
    });
    await words.write('server.js', nodeApp({ number: 1, broken: true }));
    await servers.ends('rolled-back', 'deploy', words);
    expect(await servers.box.on(`curl -s http://127.0.0.1:8500/; echo; pgrep -u hand -l`)).toMatch(
      /^version 0\n\d+ node$/,
    );
    expect(await servers.box.on(`ss -Hltnp 'sport = :8500'; ls -d /srv/hand /srv/hand/out.log`)).toContain(
      'node',
    );
  });

  test('no nginx at all, port: 8000; the old version in pm2’s cluster mode', async () => {
    await servers.box.lay('clus', { 'server.js': nodeApp({ number: 0 }) });
    // pm2's daemon is root's, and holds the shop too.
    await servers.box.on(`cd /srv/clus; PORT=8000 pm2 start server.js --silent --name clus -i 2 </dev/null
      systemctl stop nginx; chmod -x /usr/sbin/nginx`);
    try {
      await servers.box.until(`curl -fs http://127.0.0.1:8000/`);
      const words = await servers.project('clus', { run: 'node server.js', port: 8000, user: 'clus' });
      await words.write('server.js', nodeApp({ number: 1 }));
      await servers.ends('succeeded', 'deploy', words);
      expect(await servers.box.get(8000)).toBe('version 1');
      expect(await servers.unitOf(`-t 'sport = :8000'`)).toBe('belay-clus.service');
      expect(await servers.box.on(servers.box.entries('root', 'clus'))).toBe(
        'has | stopped 0 /srv/clus | stopped 0 /srv/clus\nsaved',
      );
      await servers.ends('succeeded', 'rollback', words);
      expect(await servers.box.get(8000)).toBe('version 0');
    } finally {
      await servers.box.on('chmod +x /usr/sbin/nginx; systemctl start nginx');
    }
  });

  test('a login user without root is refused with the line that gives it; the old version from cron’s @reboot', async () => {
    await servers.box.lay('cronny', { 'app.py': pythonApp({ number: 0 }) });
    const boot = 'rm -f /run/crond.reboot; systemctl restart cron';
    await servers.box
      .on(`useradd -m ops; install -d -o ops -m 0700 ~ops/.ssh; install -o ops -m 0600 /root/.ssh/authorized_keys ~ops/.ssh/
      echo '@reboot cd /srv/cronny && exec gunicorn -b 127.0.0.1:8300 app:app' | crontab -u cronny -
      ${boot}`);
    await servers.box.until(`curl -fs http://127.0.0.1:8300/`);
    const words = await servers.project('cronny', {
      run: 'gunicorn -b {bind} app:app',
      port: 8300,
      user: 'cronny',
      acknowledge: { 'nginx.no-proxy': 'asked directly' },
    });
    await words.write('app.py', pythonApp({ number: 1 }));

    const refused = await servers.ends('refused', 'deploy', words, 'ops');
    const rights = refused.findings.find(({ id }) => id === 'rights.root');
    const [, line = ''] = /`(ops ALL=[^`]*)`/.exec(rights?.remedy ?? '') ?? [];
    expect(line).not.toBe('');

    await servers.box.on(`echo '${line}' >/etc/sudoers.d/belay; chmod 0440 /etc/sudoers.d/belay; visudo -cq`);
    await servers.ends('succeeded', 'deploy', words, 'ops');
    expect(await servers.box.get(8300)).toBe('version 1');
    await servers.box.on(boot);
    expect(
      await servers.box.on('sleep 0.5; ls /tmp/booted; pgrep -u cronny -f -c 8300; crontab -u cronny -l'),
    ).toMatch(/^\/tmp\/booted\n2\n# belay .*: @reboot/);
    await servers.ends('succeeded', 'rollback', words, 'ops');
    expect(await servers.box.get(8300)).toBe('version 0');
  });

  test('a login user without root, whose own pm2 keeps the app in a folder of theirs', async () => {
    const home = '/home/solo';
    await servers.box.on(`useradd -m -s /bin/bash solo
      install -d -o solo -m 0700 ${home}/.ssh; install -o solo -m 0600 /root/.ssh/authorized_keys ${home}/.ssh/
      mkdir ${home}/words; cat >${home}/words/server.js <<'END'
${nodeApp({ number: 0 })}END
      chmod 755 ${home}; chown -R solo: ${home}
      su - solo -c 'cd words && PORT=8900 pm2 start server.js --silent --name words && pm2 save --silent' </dev/null`);
    await servers.box.until(`curl -fs http://127.0.0.1:8900/`);
    const entries = () =>
      servers.box.on(`${servers.box.entries('solo', 'belay-solo')}; ${servers.box.entries('solo', 'words')}`);
    const before = await entries();
    const words = await servers.project('solo', {
      path: `${home}/words`,
      run: 'node server.js',
      manager: 'pm2',
      port: 8900,
      acknowledge: { 'deadman.unarmed': 'no root', 'pm2.no-startup': 'it never boots' },
    });
    await words.write('server.js', nodeApp({ number: 1, broken: true }));
    await servers.ends('rolled-back', 'deploy', words, 'solo');
    expect(await servers.box.get(8900)).toBe('version 0');
    expect(await entries()).toBe(before);

    await words.write('server.js', nodeApp({ number: 2 }));
    const { findings } = await servers.ends('succeeded', 'deploy', words, 'solo');
    expect(findings.map(({ id }) => id)).toContain('deadman.unarmed');
    expect(await servers.box.get(8900)).toBe('version 2');
    await servers.ends('succeeded', 'rollback', words, 'solo');
    expect(await servers.box.get(8900)).toBe('version 0');
  });

  test('pm2 as the keeper: at boot only once it is proved; the entry before comes back', async () => {
    await servers.box.lay('fork', {
      'server.js': nodeApp({ number: 0 }),
      'words.env': 'GREETING=" with $HOME"\n',
    });
    await servers.box
      .on(`echo 'server { listen 80; server_name fork.example.test; location / { proxy_pass http://127.0.0.1:8400; } }' \\
        >/etc/nginx/sites-enabled/fork; systemctl reload nginx
      su - fork -c 'cd /srv/fork && PORT=8400 pm2 start server.js --silent --name fork && pm2 save --silent' </dev/null`);
    await servers.box.until(`curl -fs http://127.0.0.1:8400/`);
    const releases = '/srv/fork.belay/releases';
    const own = () => servers.box.on(servers.box.entries('fork', 'belay-fork'));

    const words = await servers.project('fork', {
      site: 'fork.example.test',
      // What comes back is seen after a stop.
      strategy: 'restart',
      run: 'node server.js',
      manager: 'pm2',
      soak: '3s',
      shared: ['words.env'],
      env_file: 'words.env',
      acknowledge: { 'nginx.no-https': 'a throw-away server' },
    });
    await words.write('server.js', nodeApp({ number: 1 }));
    const deploying = servers.ends('succeeded', 'deploy', words);
    await servers.box.until(`curl -fs http://127.0.0.1:8400/ | grep -q 'version 1'`);
    expect((await own()).split('\n')).toEqual([
      expect.stringMatching(new RegExp(`^has \\| online 0 ${releases}/[^/]+/tree$`)) as string,
      'saved',
    ]);
    const first = await deploying;
    const served = `online 0 ${releases}/${first.release}/tree`;
    expect(await own()).toBe(`has | ${served}\nsaved | ${served}`);
    const about = ['--config', words.config];
    expect(await servers.belay(['exec', ...about, 'sh', '-c', 'id -un; echo "$GREETING"'])).toMatchObject({
      exitCode: 0,
      stdout: 'fork\n with $HOME',
    });
    // Ctrl-C ends what follows, on the server too.
    const following = servers.belay(['logs', '-f', ...about]);
    await servers.box.until(`pgrep -f '[t]ail -n 100 -F'`);
    following.kill('SIGINT');
    expect(await following).toMatchObject({ exitCode: 0, stderr: '' });
    await servers.box.until(`! pgrep -f '[t]ail -n 100 -F'`);
    expect(await servers.box.on(servers.box.entries('fork', 'fork'))).toBe(
      'has | stopped 0 /srv/fork\nsaved | stopped 0 /srv/fork',
    );

    const noStartup = first.findings.find(({ id }) => id === 'pm2.no-startup');
    const [, startup = ''] = /`(\S+ startup [^`]*)`/.exec(noStartup?.remedy ?? '') ?? [];
    await servers.box.on(`${startup} </dev/null`);

    await words.write('server.js', nodeApp({ number: 2, broken: true }));
    const failed = await servers.ends('rolled-back', 'deploy', words);
    expect(failed.findings.map(({ id }) => id)).not.toContain('pm2.no-startup');
    expect(await own()).toBe(`has | ${served}\nsaved | ${served}`);
    expect(await servers.box.visit('fork')).toBe('version 1 with $HOME');

    // As at a boot.
    await servers.box.on(`su - fork -c 'pm2 kill --silent' </dev/null; systemctl start pm2-fork`);
    await servers.box.until(`curl -fs http://127.0.0.1:8400/ | grep -q 'version 1'`);

    // Its own entry has it again, with the variables that it had before.
    await servers.ends('succeeded', 'rollback', words);
    expect(await servers.box.visit('fork')).toBe('version 0');
    expect(await servers.box.on(servers.box.entries('fork', 'fork'))).toMatch(/^has \| online /);
  });

  test.skipIf(noLimits !== undefined)(
    'a release that leaks until the kernel kills it is caught in soak, and the old version is back by itself',
    async () => {
      await servers.box.lay('leak', { 'app.py': pythonApp({ number: 0 }) });
      await servers.box.on(
        `su - leak -c 'cd /srv/leak; exec setsid gunicorn -b 127.0.0.1:8650 app:app' </dev/null >/dev/null 2>&1 &`,
      );
      await servers.box.until(`curl -fs http://127.0.0.1:8650/`);
      const project = await servers.project('leak', {
        run: 'python3 app.py {port}',
        port: 8650,
        rehearse: false,
        soak: '60s',
        acknowledge: { 'nginx.no-proxy': 'asked directly' },
      });
      await project.write('app.py', leakingApp);
      const unlimited = await limitMemory(servers.box.server, 150_000_000);
      try {
        const deployed = await servers.belay(['deploy', '--yes', '--json', '--config', project.config]);
        const outcome = JSON.parse(deployed.stdout) as Outcome;
        expect(outcome.outcome, outcome.cause ?? '').toBe('rolled-back');
        expect(deployed.exitCode).toBe(3);
        const ended = (name: string) => outcome.steps.find((step) => step.name === name)?.status;
        expect([ended('verify'), ended('soak')]).toEqual(['done', 'failed']);
        expect(outcome.cause).toMatch(/soak on box2, after \d+ of 60 s: /);
        expect(outcome.cause).toMatch(/killed by signal 9|killed, status=9\/KILL|the kernel killed /);
        const report = await servers.belay(['report', outcome.deployment, '--format', 'md']);
        expect(report.stdout).toMatch(/killed/);
      } finally {
        await unlimited();
      }
      expect(await servers.box.get(8650)).toBe('version 0');
      expect(
        await servers.box.on(`stat -c %F /srv/leak; grep ^state= ${stateOnHost('/srv/leak')}/owner
          pgrep -f '[p]ython3 app.py'; ls -d /srv/leak.belay/releases/* /etc/systemd/system/*leak* 2>/dev/null; true`),
      ).toBe('directory\nstate=free');
    },
  );
});
