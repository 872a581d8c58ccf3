import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/cli/output/schema.js';
import { createSandbox, destroyServer, sandboxUnavailable, serverNames } from '../../src/sandbox/index.js';
import { belay } from '../incident/belay.js';
import { nodeApp, Project, pythonApp } from './servers/app.js';
import { Box } from './servers/box.js';

const unavailable = sandboxUnavailable();
if (unavailable) console.warn(`skipped: ${unavailable}`);

/** How apps are kept on servers: each case arranges its own beside apps that nobody may touch. */
describe.skipIf(unavailable !== undefined)('an app on one box with others', () => {
  const state = mkdtempSync(join(tmpdir(), 'belay-servers-'));
  const projects: Project[] = [];
  let box: Box;
  let others: string;

  beforeAll(async () => {
    process.env['BELAY_STATE_DIR'] = state;
    const [up, server] = await Promise.all([belay(['up']), createSandbox({ name: 'box1' })]);
    expect(up.code, up.stderr).toBe(0);
    box = await Box.arrange(server, state);
  });

  afterAll(async () => {
    for (const name of await serverNames()) await destroyServer(name);
    await belay(['down']);
    for (const project of projects) await project.remove();
    rmSync(state, { recursive: true });
  });

  beforeEach(async () => {
    others = await box.others();
  });

  afterEach(async () => {
    expect(await box.others()).toBe(others);
  });

  /** What a person has of app `name`, who deploys it to /srv/<name>. */
  async function project(name: string, settings: Record<string, unknown>): Promise<Project> {
    const made = await Project.make({
      app: name,
      hosts: ['box1'],
      path: `/srv/${name}`,
      soak: '0s',
      acknowledge: { 'nginx.no-https': 'a throw-away server', 'pm2.no-startup': 'it never boots' },
      ...settings,
    });
    projects.push(made);
    return made;
  }

  async function call(verb: 'deploy' | 'rollback', { config }: Project, user?: string): Promise<Outcome> {
    const args = [verb, ...(verb === 'deploy' ? ['--yes'] : []), '--json', '--config', config];
    const env = { ...box.reach(user), NO_COLOR: '1' };
    const run = await execa(process.execPath, ['dist/cli/main.js', ...args], {
      env,
      reject: false,
      timeout: 170_000,
    });
    try {
      return JSON.parse(run.stdout) as Outcome;
    } catch (cause) {
      throw new Error(`expected one JSON object: ${run.stdout}\n${run.stderr}`, { cause });
    }
  }

  /** The same, where it has to end so. */
  async function ends(kind: string, ...args: Parameters<typeof call>): Promise<Outcome> {
    const outcome = await call(...args);
    const blocks = outcome.findings.filter(({ severity }) => severity === 'block');
    expect(outcome.outcome, JSON.stringify([outcome.cause, ...blocks], null, 1)).toBe(kind);
    return outcome;
  }

  /** The unit that a release's processes belong to, through whoever listens. */
  const unitOf = (listener: string) =>
    box.on(
      `pid=$(ss -Hlnp ${listener} | grep -o 'pid=[0-9]*' | head -n 1 | tr -d a-z=); sed -n 's#.*/##p' /proc/$pid/cgroup | head -n 1`,
    );

  test('a unix socket behind a named upstream in included files; the old version kept by a unit', async () => {
    await box.lay('sock', { 'app.py': pythonApp({ number: 0 }) });
    await box.on(`cat >/etc/systemd/system/sock.service <<'END'
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
    await box.until(`curl -fs -H 'Host: sock.example.test' http://127.0.0.1/`);

    const site = { site: 'sock.example.test', verify: { external: ['http://sock.example.test/'] } };
    const words = await project('sock', { ...site, run: 'gunicorn -w 2 -b {bind} app:app' });
    await words.write('app.py', pythonApp({ number: 1 }));
    await ends('succeeded', 'deploy', words);
    expect(await box.visit('sock')).toBe('version 1');
    expect(await unitOf('-x src /run/sock/app.sock')).toBe('belay-sock.service');
    expect(await box.on('systemctl is-enabled sock belay-sock; systemctl is-active sock; true')).toBe(
      'disabled\nenabled\ninactive',
    );

    // Node makes its sockets for their owner alone: seen in the rehearsal, by nobody else.
    const closed = await project('sock', { ...site, run: 'node server.js {socket}' });
    await closed.write('server.js', nodeApp({ number: 2 }));
    expect(await ends('failed', 'deploy', closed)).toMatchObject({
      cause: expect.stringContaining(
        'nginx’s user www-data may not connect to unix:/run/belay-sock',
      ) as string,
    });

    const open = await project('sock', { ...site, run: 'umask 0; exec node server.js {socket}' });
    await open.write('server.js', nodeApp({ number: 2 }));
    await ends('succeeded', 'deploy', open);
    // What a killed process leaves behind keeps nobody from listening.
    await box.on('systemctl kill --signal KILL belay-sock');
    await box.until(`curl -fs -H 'Host: sock.example.test' http://127.0.0.1/ | grep 'version 2'`);
    await ends('succeeded', 'rollback', words);
    expect(await box.visit('sock')).toBe('version 1');
  });

  test('pm2 as the keeper: at boot only once it is proved; the entry before comes back', async () => {
    await box.lay('fork', { 'server.js': nodeApp({ number: 0 }), 'words.env': 'GREETING=" with $HOME"\n' });
    await box.on(`echo 'server { listen 80; server_name fork.example.test; location / { proxy_pass http://127.0.0.1:8400; } }' \\
        >/etc/nginx/sites-enabled/fork; systemctl reload nginx
      su - fork -c 'cd /srv/fork && PORT=8400 pm2 start server.js --silent --name fork && pm2 save --silent' </dev/null`);
    await box.until(`curl -fs http://127.0.0.1:8400/`);
    const releases = '/srv/fork.belay/releases';
    const own = () => box.on(box.entries('fork', 'belay-fork'));

    const words = await project('fork', {
      site: 'fork.example.test',
      run: 'node server.js',
      manager: 'pm2',
      soak: '3s',
      shared: ['words.env'],
      env_file: 'words.env',
      acknowledge: { 'nginx.no-https': 'a throw-away server' },
    });
    await words.write('server.js', nodeApp({ number: 1 }));
    const deploying = ends('succeeded', 'deploy', words);
    await box.until(`curl -fs http://127.0.0.1:8400/ | grep -q 'version 1'`);
    expect((await own()).split('\n')).toEqual([
      expect.stringMatching(new RegExp(`^has \\| online 0 ${releases}/[^/]+/tree$`)) as string,
      'saved',
    ]);
    const first = await deploying;
    const served = `online 0 ${releases}/${first.release}/tree`;
    expect(await own()).toBe(`has | ${served}\nsaved | ${served}`);
    expect(await box.on(box.entries('fork', 'fork'))).toBe(
      'has | stopped 0 /srv/fork\nsaved | stopped 0 /srv/fork',
    );

    const noStartup = first.findings.find(({ id }) => id === 'pm2.no-startup');
    const [, startup = ''] = /`(\S+ startup [^`]*)`/.exec(noStartup?.remedy ?? '') ?? [];
    await box.on(`${startup} </dev/null`);

    await words.write('server.js', nodeApp({ number: 2, broken: true }));
    const failed = await ends('rolled-back', 'deploy', words);
    expect(failed.findings.map(({ id }) => id)).not.toContain('pm2.no-startup');
    expect(await own()).toBe(`has | ${served}\nsaved | ${served}`);
    expect(await box.visit('fork')).toBe('version 1 with $HOME');

    // As at a boot.
    await box.on(`su - fork -c 'pm2 kill --silent' </dev/null; systemctl start pm2-fork`);
    await box.until(`curl -fs http://127.0.0.1:8400/ | grep -q 'version 1'`);

    const back = await ends('succeeded', 'rollback', words);
    expect(await box.visit('fork')).toBe('version 0 with $HOME');
    const old = `online 0 ${releases}/${back.release}/tree`;
    expect(await own()).toBe(`has | ${old}\nsaved | ${old}`);
  });

  test('pm2 as the keeper where none runs yet; what was started by hand with nohup comes back', async () => {
    await box.lay('hand', { 'server.js': nodeApp({ number: 0 }) });
    await box.on(`su - hand -c 'cd /srv/hand; PORT=8500 nohup node server.js >out.log 2>&1 &' </dev/null`);
    await box.until(`curl -fs http://127.0.0.1:8500/`);
    const words = await project('hand', {
      run: 'node server.js',
      manager: 'pm2',
      port: 8500,
      discard: ['out.log'],
      acknowledge: { 'nginx.no-proxy': 'asked directly', 'pm2.no-startup': 'it never boots' },
    });
    await words.write('server.js', nodeApp({ number: 1, broken: true }));
    await ends('rolled-back', 'deploy', words);
    expect(await box.on(`curl -s http://127.0.0.1:8500/; echo; pgrep -u hand -l`)).toMatch(
      /^version 0\n\d+ node$/,
    );
    expect(await box.on(`ss -Hltnp 'sport = :8500'; ls -d /srv/hand /srv/hand/out.log`)).toContain('node');
  });

  test('no nginx at all, port: 8000; the old version in pm2’s cluster mode', async () => {
    await box.lay('clus', { 'server.js': nodeApp({ number: 0 }) });
    // pm2's daemon is root's, and holds the shop too.
    await box.on(`cd /srv/clus; PORT=8000 pm2 start server.js --silent --name clus -i 2 </dev/null
      systemctl stop nginx; chmod -x /usr/sbin/nginx`);
    try {
      await box.until(`curl -fs http://127.0.0.1:8000/`);
      const words = await project('clus', { run: 'node server.js', port: 8000, user: 'clus' });
      await words.write('server.js', nodeApp({ number: 1 }));
      await ends('succeeded', 'deploy', words);
      expect(await box.get(8000)).toBe('version 1');
      expect(await unitOf(`-t 'sport = :8000'`)).toBe('belay-clus.service');
      expect(await box.on(box.entries('root', 'clus'))).toBe(
        'has | stopped 0 /srv/clus | stopped 0 /srv/clus\nsaved',
      );
      await ends('succeeded', 'rollback', words);
      expect(await box.get(8000)).toBe('version 0');
    } finally {
      await box.on('chmod +x /usr/sbin/nginx; systemctl start nginx');
    }
  });

  test('a login user without root is refused with the line that gives it; the old version from cron’s @reboot', async () => {
    await box.lay('cronny', { 'app.py': pythonApp({ number: 0 }) });
    const boot = 'rm -f /run/crond.reboot; systemctl restart cron';
    await box.on(`useradd -m ops; install -d -o ops -m 0700 ~ops/.ssh; install -o ops -m 0600 /root/.ssh/authorized_keys ~ops/.ssh/
      echo '@reboot cd /srv/cronny && exec gunicorn -b 127.0.0.1:8300 app:app' | crontab -u cronny -
      ${boot}`);
    await box.until(`curl -fs http://127.0.0.1:8300/`);
    const words = await project('cronny', {
      run: 'gunicorn -b {bind} app:app',
      port: 8300,
      user: 'cronny',
      acknowledge: { 'nginx.no-proxy': 'asked directly' },
    });
    await words.write('app.py', pythonApp({ number: 1 }));

    const refused = await ends('refused', 'deploy', words, 'ops');
    const rights = refused.findings.find(({ id }) => id === 'rights.root');
    const [, line = ''] = /`(ops ALL=[^`]*)`/.exec(rights?.remedy ?? '') ?? [];
    expect(line).not.toBe('');

    await box.on(`echo '${line}' >/etc/sudoers.d/belay; chmod 0440 /etc/sudoers.d/belay; visudo -cq`);
    await ends('succeeded', 'deploy', words, 'ops');
    expect(await box.get(8300)).toBe('version 1');
    await box.on(boot);
    expect(
      await box.on('sleep 0.5; ls /tmp/booted; pgrep -u cronny -f -c 8300; crontab -u cronny -l'),
    ).toMatch(/^\/tmp\/booted\n2\n# belay .*: @reboot/);
    await ends('succeeded', 'rollback', words, 'ops');
    expect(await box.get(8300)).toBe('version 0');
  });
});
