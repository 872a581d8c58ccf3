import { chmod, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../src/temporal/connect.js';
import { stateOnHost } from '../host/state.js';
import { describeOnServers } from '../on-servers.js';
import type { Project } from './servers/app.js';
import { Servers } from './servers/harness.js';

/** Files alone that nginx serves, beside a neighbour’s site of the same nginx. */
describeOnServers('a site of files alone', () => {
  const servers = new Servers('files');
  let project: Project;

  beforeAll(async () => {
    await servers.box.on(`mkdir -p /srv/led/public/assets /srv/next
      echo 'old page' >/srv/led/public/index.html; echo old >/srv/led/public/style.css; echo 'app 0' >/srv/led/public/assets/app-0.js; echo neighbour >/srv/next/index.html
      chown -R www-data: /srv/led
      cat >/etc/nginx/sites-enabled/led <<'END'
server {
	listen 80;
	server_name led.example.test;
	root /srv/led/public;
	location / { try_files $uri $uri/ =404; }
}
server { listen 80; server_name next.example.test; root /srv/next; }
END
      nginx -t 2>/dev/null; nginx -s reload; sleep 0.5`);
    project = await servers.project('led', {
      kind: 'files',
      assets: ['public/assets'],
      soak: '1s',
      verify: { external: ['http://led.example.test/'] },
    });
    await site(1);
  });
  afterAll(async () => {
    await servers.box.on('test "$(curl -s -H "Host: next.example.test" http://127.0.0.1/)" = neighbour');
  });

  /** A version of the site, as it stands in the project. */
  async function site(version: number): Promise<void> {
    const assets = `${project.folder}/public/assets`;
    await rm(assets, { recursive: true, force: true });
    await mkdir(assets, { recursive: true });
    await project.write(`public/assets/app-${version}.js`, `app ${version}\n`);
    await project.write('public/index.html', `page ${version}\n`);
    await project.write('public/style.css', `style ${version}\n`);
  }

  /** Twenty visitors a second on the server itself, while something is done; what they got instead of 200, by status. */
  async function visited(path: string, work: () => Promise<unknown>): Promise<string> {
    const { box } = servers;
    await box.on(`rm -f /tmp/stop /tmp/answers
      setsid sh -c 'until [ -e /tmp/stop ]; do curl -s -o /dev/null --max-time 5 -w "%{http_code}\\n" -H "Host: led.example.test" http://127.0.0.1${path} >>/tmp/answers & sleep 0.05; done; wait' </dev/null >/dev/null 2>&1 &
      sleep 0.3`);
    await work();
    await box.on('touch /tmp/stop; sleep 1');
    expect(Number(await box.on('grep -c ^200 /tmp/answers'))).toBeGreaterThan(20);
    return box.on('grep -v ^200 /tmp/answers | sort | uniq -c || :');
  }

  /** Which versions' assets are served. */
  const assets = () =>
    servers.box.on(
      `for n in 0 1 2 3 4 5; do curl -sf -H 'Host: led.example.test' http://127.0.0.1/assets/app-$n.js || :; done`,
    );
  const page = () => servers.box.visit('led');
  const proof = (steps: { name: string; evidence: string[] }[]) =>
    steps
      .filter(({ name }) => name === 'verify')
      .flatMap(({ evidence }) => evidence)
      .join('\n');

  test('init says that it is files alone, and a plan takes what it wrote', async () => {
    const config = join(project.folder, 'written.yml');
    const asset = 'public/assets/app-0.js';
    await project.write(asset, 'app 0\n');
    const init = await servers.belay(['init', servers.box.server.name, '--config', config]);
    expect(init.exitCode, init.stderr).toBe(0);
    const written = await readFile(config, 'utf8');
    for (const line of ['path: /srv/led', 'kind: files', '  external: [http://led.example.test/]'])
      expect(written.split('\n')).toContain(line);
    expect(written).not.toMatch(/^(run|user|manager|port):/m);
    const plan = await servers.belay(['plan', '--config', config]);
    expect(plan.exitCode, plan.stdout + plan.stderr).toBe(0);
    await Promise.all([rm(config), rm(join(project.folder, asset))]);
  });

  test('adopts the folder under visitors, and no request fails', async () => {
    expect(
      await visited('/', async () => {
        const outcome = await servers.ends('succeeded', 'deploy', project);
        expect(outcome.port).toBeNull();
        expect(outcome.downtimeSeconds).toBe(0);
        expect(
          outcome.steps
            .map(({ name }) => name)
            .filter((name) => ['stop', 'start', 'rehearse', 'quiesce'].includes(name)),
        ).toEqual([]);
        expect(proof(outcome.steps as never)).toMatch(
          /http:\/\/led\.example\.test\/style\.css → byte for byte/,
        );
      }),
    ).toBe('');
    expect(await page()).toBe('page 1');
    expect(await assets()).toBe('app 0\napp 1');
    expect(
      await servers.box.on(
        'stat -c %F /srv/led; curl -s -H "Host: led.example.test" http://127.0.0.1/style.css',
      ),
    ).toBe('symbolic link\nstyle 1');
  }, 300_000);

  test('swaps to the next version, goes back by itself and by a person, under visitors', async () => {
    await site(2);
    expect(await visited('/', () => servers.ends('succeeded', 'deploy', project))).toBe('');
    expect(await page()).toBe('page 2');
    expect(await assets()).toBe('app 1\napp 2');

    await site(3);
    const config = await project.read('belay.yml');
    await project.write(
      'belay.yml',
      config.replace('["http://led.example.test/"]', '["http://led.example.test/absent"]'),
    );
    expect(await visited('/', () => servers.ends('rolled-back', 'deploy', project))).toBe('');
    expect(await page()).toBe('page 2');

    await project.write('belay.yml', config);
    expect(await visited('/', () => servers.ends('succeeded', 'rollback', project))).toBe('');
    expect(await page()).toBe('page 1');
    expect(await assets()).toBe('app 0\napp 1\napp 2');
  }, 300_000);

  test('a root that leads elsewhere is a block, and what nginx has loaded otherwise the proof finds out', async () => {
    const { box } = servers;
    await site(4);
    await box.on(
      `sed -i 's#root /srv/led/public#root /srv/elsewhere#' /etc/nginx/sites-enabled/led; nginx -s reload; sleep 1.5`,
    );
    const refused = await servers.ends('refused', 'deploy', project);
    expect(refused.findings.find(({ id }) => id === 'nginx.no-files')?.evidence).toContain(
      'root /srv/elsewhere',
    );
    // Its files are as they should be, and what runs has still loaded the others: an old copy of the site.
    await box.on(`cp -rL /srv/led/public /srv/elsewhere
      sed -i 's#root /srv/elsewhere#root /srv/led/public#' /etc/nginx/sites-enabled/led`);
    const back = await servers.ends('rolled-back', 'deploy', project);
    expect(back.cause).toMatch(/style\.css|app-4\.js/);
    expect(back.cause).toContain('byte for byte');

    await box.on(`sed -i 's#root /srv/led/public;#root /srv/led/public; open_file_cache max=100; open_file_cache_valid 600s;#' /etc/nginx/sites-enabled/led
      nginx -s reload; sleep 1.5; for n in 1 2 3; do curl -s -o /dev/null -H 'Host: led.example.test' http://127.0.0.1/; done`);
    const cached = await servers.ends('succeeded', 'deploy', project);
    expect(cached.findings.map(({ id }) => id)).toContain('nginx.caches-files');
    expect(await page()).toBe('page 4');

    const { stdout } = await servers.belay(['logs', '--config', project.config]);
    expect(stdout).toBe('');
    const status = await servers.belay(['status', '--config', project.config]);
    expect(`${status.stdout}${status.stderr}`).not.toMatch(/\bnull\b|undefined|unknown/);
  }, 300_000);

  test('a folder of root’s behind an alias: what nginx cannot read, hooks, a deployment that nobody goes on with, and without belay', async () => {
    const { box } = servers;
    await box.on(`mkdir -p /srv/live; echo 'live 0' >/srv/live/index.html
      cat >/etc/nginx/sites-enabled/live <<'END'
server { listen 80; server_name live.example.test; location /docs/ { alias /srv/live/; } }
END
      nginx -s reload; sleep 1.5`);
    const docs = () => box.on(`curl -s -H 'Host: live.example.test' http://127.0.0.1/docs/index.html`);
    const shows = (text: string) =>
      box.on(
        `tries=0; until curl -s -H 'Host: live.example.test' http://127.0.0.1/docs/index.html | grep -q '${text}'; do tries=$((tries + 1)); [ $tries -lt 900 ] || exit 1; sleep 0.1; done`,
      );
    const settings = {
      kind: 'files',
      verify: { external: ['http://live.example.test/docs/'], commands: ['test -n "$BELAY_RELEASE"'] },
      hooks: { after: ['echo "$GREETING" >/tmp/hooked'] },
      env: { GREETING: 'hello' },
      approval: 'automatic',
      soak: '60s',
      deadman: '20s',
      acknowledge: { 'nginx.no-https': 'a throw-away server' },
    };
    const live = await servers.project('live', settings);
    await live.write('index.html', 'live 1\n');
    await live.write('closed.css', 'closed\n');
    await chmod(`${live.folder}/closed.css`, 0o600);
    const refused = await servers.ends('refused', 'deploy', live);
    expect(refused.findings.find(({ id }) => id === 'files.closed')?.evidence).toContain('closed.css');
    await chmod(`${live.folder}/closed.css`, 0o644);

    const begun = await servers.belay(['deploy', '--detach', '--yes', '--json', '--config', live.config]);
    const [workflowId = '', runId] = (JSON.parse(begun.stdout) as { deployment: string }).deployment.split(
      '@',
    );
    await shows('live 1').catch(async (cause: unknown) => {
      throw new Error((await servers.belay(['report', '--config', live.config])).stdout, { cause });
    });
    const client = await connect();
    await client.workflow.getHandle(workflowId, runId).terminate('the test says so');
    await client.connection.close();
    await shows('live 0');
    await box.until(
      `test -d /srv/live && ! test -L /srv/live && grep -q '^state=free' ${stateOnHost('/srv/live')}/owner`,
    );

    await live.write('belay.yml', (await live.read('belay.yml')).replace('"60s"', '"0s"'));
    await servers.ends('succeeded', 'deploy', live);
    expect(await docs()).toBe('live 1');
    expect(await box.on('cat /tmp/hooked')).toBe('hello');
    const logs = await servers.belay(['logs', '--config', live.config]);
    expect(logs.stderr).toContain('nothing of this app runs, so it has no log of its own');
    const releases = await servers.belay(['releases', '--config', live.config]);
    expect(releases.stdout).toMatch(/previous, adopted/);
    expect(releases.stdout).toMatch(/ active /);
    const report = await servers.belay(['report', '--config', live.config]);
    expect(report.stdout).toContain('byte for byte');
    for (const { stdout } of [releases, report]) expect(stdout).not.toMatch(/\bnull\b|undefined|unknown/);

    await servers.ends('succeeded', 'eject', live);
    expect(await box.on('stat -c %F /srv/live; ls -d /srv/live.belay 2>/dev/null || echo none')).toBe(
      'directory\nnone',
    );
    expect(await docs()).toBe('live 1');
  }, 400_000);
});
