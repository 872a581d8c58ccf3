import { expect, test } from 'vitest';
import { nodeApp, pythonApp } from './servers/app.js';
import { Servers } from './servers/harness.js';
import { describeOnServers } from '../on-servers.js';

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

    const site = {
      manager: 'systemd',
      site: 'sock.example.test',
      verify: { external: ['http://sock.example.test/'] },
    };
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
      manager: 'systemd',
      site: 'busy.example.test',
      run: 'gunicorn -w 2 -b {bind} app:app',
      shared: ['words.db'],
    };
    const words = await servers.project('busy', settings);
    await words.write('app.py', pythonApp({ number: 1 }));
    const { findings } = await servers.ends('succeeded', 'deploy', words);
    expect(findings.map(({ id }) => id)).not.toContain('tools.missing');
    expect(await servers.box.visit('busy')).toBe('version 1');
    // It names BELAY_REHEARSAL, so it is not run twice.
    await words.write('app.py', pythonApp({ number: 2, broken: true }));
    const { steps: restarted } = await servers.ends('rolled-back', 'deploy', words);
    expect(restarted.map(({ name }) => name)).not.toContain('detour');
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
  const processes = (told['processes'] as Record<string, unknown>[]).map((each) => ({
    ...each,
    residentPages: 0,
  }));
  const { listeners, nginx, pm2, cron, units, supervisors, at, folders, tools, unreadable } = told;
  return { listeners, processes, nginx, pm2, cron, units, supervisors, at, folders, tools, unreadable };
}

/** Puts busybox in place of each program of these packages that it can stand in for. */
const busyboxForGnu = `set -eu
  { dpkg -L coreutils findutils grep sed tar gzip procps diffutils debianutils hostname; echo /bin/awk; echo /bin/sh; } |
    grep -E '^/(usr/)?bin/' | sed 's#.*/##' | sort -u >/tmp/gnu
  busybox --list | sort | comm -12 - /tmp/gnu >/tmp/applets
  busybox cat /tmp/applets | while read -r applet; do busybox ln -sf /bin/busybox "/usr/bin/$applet"; done`;
