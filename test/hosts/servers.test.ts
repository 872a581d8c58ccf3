import { expect, test } from 'vitest';
import type { Outcome } from '../../src/cli/output/schema.js';
import { leakingApp, nodeApp, pythonApp } from './servers/app.js';
import { Servers } from './servers/harness.js';
import { limitMemory, noMemoryGroups } from './servers/memory-group.js';
import { stateOnHost } from '../host/state.js';
import { describeOnServers } from '../on-servers.js';

const noLimits = noMemoryGroups();
if (noLimits) console.warn(`skipped: a release that is killed for lack of memory: ${noLimits}`);

/** How apps are kept on servers: the most telling cases; the others are in more-servers.test.ts. */
describeOnServers('an app on one box with others', () => {
  const servers = new Servers('box1');

  test('a unix socket behind a named upstream in included files; the old version kept by a unit', async () => {
    await servers.box.lay('sock', { 'app.py': pythonApp({ number: 0 }) });
    await servers.box.on(`cat >/etc/systemd/system/sock.service <<'END'
[Service]
User=sock
WorkingDirectory=/srv/sock
RuntimeDirectory=sock
ExecStart=/usr/bin/gunicorn -w 2 -b unix:/var/run/sock/app.sock app:app
Restart=always
[Install]
WantedBy=multi-user.target
END
      systemctl daemon-reload; systemctl enable --quiet --now sock
      echo 'upstream sock_app { server unix:/var/run/sock/app.sock fail_timeout=0; }' >/etc/nginx/conf.d/sock-upstream.conf
      echo 'location / { proxy_pass http://sock_app; }' >/etc/nginx/snippets/sock.conf
      echo 'server { listen 80; server_name sock.example.test; include snippets/sock.conf; }' >/etc/nginx/sites-enabled/sock
      systemctl reload nginx`);
    await servers.box.until(`curl -fs -H 'Host: sock.example.test' http://127.0.0.1/`);

    const site = { site: 'sock.example.test', verify: { external: ['http://sock.example.test/'] } };
    const words = await servers.project('sock', { ...site, run: 'gunicorn -w 2 -b {bind} app:app' });
    await words.write('app.py', pythonApp({ number: 1 }));
    await servers.ends('succeeded', 'deploy', words);
    expect(await servers.box.visit('sock')).toBe('version 1');
    expect(await servers.unitOf('-x src /run/sock/app.sock')).toBe('belay-sock.service');
    expect(await servers.box.on('systemctl is-enabled sock belay-sock; systemctl is-active sock; true')).toBe(
      'disabled\nenabled\ninactive',
    );

    // Node makes its sockets for their owner alone: seen in the rehearsal, by nobody else.
    const closed = await servers.project('sock', { ...site, run: 'node server.js {socket}' });
    await closed.write('server.js', nodeApp({ number: 2 }));
    expect(await servers.ends('failed', 'deploy', closed)).toMatchObject({
      cause: expect.stringContaining(
        'nginx’s user www-data may not connect to unix:/run/belay-sock',
      ) as string,
    });

    const open = await servers.project('sock', { ...site, run: 'umask 0; exec node server.js {socket}' });
    await open.write('server.js', nodeApp({ number: 2 }));
    await servers.ends('succeeded', 'deploy', open);
    // What a killed process leaves behind keeps nobody from listening.
    await servers.box.on('systemctl kill --signal KILL belay-sock');
    await servers.box.until(`curl -fs -H 'Host: sock.example.test' http://127.0.0.1/ | grep 'version 2'`);
    await servers.ends('succeeded', 'rollback', words);
    expect(await servers.box.visit('sock')).toBe('version 1');

    // A person looks after it, as its user.
    const about = ['--config', words.config];
    const log = await servers.belay(['logs', '-n', '20', ...about]);
    expect(log.stdout).toContain('Listening at: unix:/run/sock/app.sock');
    const steps = await servers.belay(['logs', '--deployment', ...about]);
    expect(steps.stdout).toMatch(/^== backUp\n[^]*^== start\n[^]*^listens on socket [^]*^== settle$/m);
    const ran = await servers.belay([
      'exec',
      ...about,
      '--',
      'sh',
      '-c',
      'id -un; echo "$0 $BELAY_RELEASE"; exit 7',
      'a b',
    ]);
    expect(ran).toMatchObject({ exitCode: 7, stderr: '' });
    expect(ran.stdout).toMatch(/^sock\na b \d{8}T\d{6}Z-[0-9a-f]{8}$/);
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

    const back = await servers.ends('succeeded', 'rollback', words);
    expect(await servers.box.visit('fork')).toBe('version 0 with $HOME');
    const old = `online 0 ${releases}/${back.release}/tree`;
    expect(await own()).toBe(`has | ${old}\nsaved | ${old}`);
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
        expect(outcome.cause).toMatch(/soak on box1, after \d+ of 60 s: /);
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

  test('busybox’s programs and shell in place of GNU’s: the same facts, a deployment, and its way back', async () => {
    await servers.box.lay('busy', { 'app.py': pythonApp({ number: 0 }), 'words.db': 'kept\n' });
    await servers.box.on(`cat >/etc/systemd/system/busy.service <<'END'
[Service]
User=busy
WorkingDirectory=/srv/busy
ExecStart=/usr/bin/gunicorn -w 2 -b 127.0.0.1:8900 app:app
Restart=always
[Install]
WantedBy=multi-user.target
END
      systemctl daemon-reload; systemctl enable --quiet --now busy
      echo 'server { listen 80; server_name busy.example.test; location / { proxy_pass http://127.0.0.1:8900; } }' \
        >/etc/nginx/sites-enabled/busy; systemctl reload nginx
      echo '*/5 * * * * root /srv/busy/every.sh' >/etc/cron.d/busy`);
    await servers.box.until(`curl -fs -H 'Host: busy.example.test' http://127.0.0.1/`);
    const before = await seen(servers);
    await servers.box.on(busyboxForGnu);
    expect(await servers.box.on('ls -la $(command -v tar); sed --version 2>&1 | head -n 1')).toMatch(
      /busybox/,
    );
    expect(await seen(servers)).toEqual(before);

    const settings = {
      site: 'busy.example.test',
      run: 'gunicorn -w 2 -b {bind} app:app',
      shared: ['words.db'],
    };
    const words = await servers.project('busy', { ...settings, strategy: 'auto' });
    await words.write('app.py', pythonApp({ number: 1 }));
    const { findings } = await servers.ends('succeeded', 'deploy', words);
    expect(findings.map(({ id }) => id)).not.toContain('tools.missing');
    expect(await servers.box.visit('busy')).toBe('version 1');
    const broken = await servers.project('busy', { ...settings, strategy: 'restart' });
    await broken.write('app.py', pythonApp({ number: 2, broken: true }));
    await servers.ends('rolled-back', 'deploy', broken);
    expect(await servers.box.visit('busy')).toBe('version 1');
    await words.write('app.py', pythonApp({ number: 3 }));
    const { steps } = await servers.ends('succeeded', 'deploy', words);
    expect(steps.map(({ name }) => name)).toContain('leaveDetour');
    expect(await servers.box.visit('busy')).toBe('version 3');
    expect(await servers.box.on('cat /srv/busy/words.db')).toBe('kept');
  }, 300_000);
});

/** What `belay inspect` tells of who listens, works, is kept and served there; without what changes by itself. */
async function seen(servers: Servers): Promise<unknown> {
  const { stdout, stderr } = await servers.belay(['inspect', servers.box.server.name, '--json']);
  const told = JSON.parse(stdout || `"${stderr}"`) as Record<string, unknown>;
  const { listeners, processes, nginx, pm2, cron, units, supervisors, at, folders, tools, unreadable } = told;
  return { listeners, processes, nginx, pm2, cron, units, supervisors, at, folders, tools, unreadable };
}

/** Puts busybox in place of each program of these packages that it can stand in for. */
const busyboxForGnu = `set -eu
  { dpkg -L coreutils findutils grep sed tar gzip procps diffutils debianutils hostname; echo /bin/awk; echo /bin/sh; } |
    grep -E '^/(usr/)?bin/' | sed 's#.*/##' | sort -u >/tmp/gnu
  busybox --list | sort | comm -12 - /tmp/gnu >/tmp/applets
  busybox cat /tmp/applets | while read -r applet; do busybox ln -sf /bin/busybox "/usr/bin/$applet"; done`;
