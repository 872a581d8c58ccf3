import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SandboxServer } from '../../src/sandbox/index.js';
import { belay, deploy } from '../incident/belay.js';
import { makeProject, yml, type Project } from './bad-input/project.js';
import { createSite, running, serverPy, visit } from './bad-input/site.js';
import { describeOnServers, ownState } from '../on-servers.js';

/** An answer that is well by itself, with a header that nginx refuses: 502 for everybody who comes through it. */
const tooLarge = serverPy.replace(
  `self.send_header('Content-Length'`,
  `self.send_header('X-Policy', 'a' * 10000)\n        self.send_header('Content-Length'`,
);
const to = `proxy_pass http://127.0.0.1:${running.port}`;
const hands = `location / { ${to}; proxy_set_header Host $host; }`;

/** A release that answers well directly and badly through nginx is never `succeeded`, whatever gate it is. */
describeOnServers('nginx’s gates on a real server', () => {
  ownState();
  let server: SandboxServer;
  const projects: Project[] = [];

  beforeAll(async () => {
    const [up] = await Promise.all([belay(['up']), createSite().then((made) => (server = made))]);
    expect(up.code, up.stderr).toBe(0);
    const older = await server.exec(
      `rm -f /etc/nginx/sites-enabled/*
install -d /srv/older && cd /srv/older && echo 'older' | tee index.html >robots.txt &&
systemd-run --quiet --unit=older --working-directory=/srv/older python3 -m http.server 3000 --bind 127.0.0.1
tries=0; until curl -fsS http://127.0.0.1:3000/ | grep -q older; do tries=$((tries + 1)); [ "$tries" -lt 100 ]; sleep 0.1; done`,
    );
    expect(older.code, older.stderr).toBe(0);
  });
  afterAll(async () => {
    for (const project of projects) await project.remove();
  });

  async function configure(
    text: string,
    reload = 'nginx -t -q && systemctl reload nginx && sleep 0.5',
  ): Promise<void> {
    const written = await server.exec(`cat >/etc/nginx/sites-enabled/gates <<'END'\n${text}\nEND\n${reload}`);
    expect(written.code, written.stderr).toBe(0);
  }

  async function deployed(files: Record<string, string>, settings: Record<string, unknown> = {}) {
    const project = await makeProject(yml({ site: null, ...settings }), files);
    projects.push(project);
    return deploy(project.config, server);
  }

  test.each([
    ['no name', `server { listen 80 default_server; server_name _; ${hands} }`],
    [
      'a prefix of a site',
      `server { listen 80; server_name tiny.example.test; location /tools/tiny/ { ${to}/; } location / { return 404; } }`,
    ],
    [
      'the second of two servers',
      `server { listen 80; server_name tiny.example.test; proxy_buffer_size 32k; proxy_buffers 8 32k; ${hands} }
server { listen 8081; server_name admin.example.test; ${hands} }`,
    ],
    [
      'a name with TLS behind a redirect, and a pattern',
      `server { listen 80; server_name tiny.example.test; return 301 https://$host$request_uri; }
server { listen 8082; server_name *.tiny.example.test; ${hands} }`,
    ],
    [
      'the location of all pages but the first',
      `server { listen 80; server_name tiny.example.test;
location = / { proxy_buffer_size 32k; proxy_buffers 8 32k; ${to}; proxy_set_header Host $host; } ${hands} }`,
    ],
    ['an address of IPv6 alone', `server { listen [::1]:8085; server_name tiny.example.test; ${hands} }`],
  ])('%s: a header too large for nginx is rolled back', async (_what, text) => {
    await configure(text);
    const { outcome } = await deployed({ 'server.py': tooLarge, 'version.txt': '2\n' });
    expect(outcome, JSON.stringify(outcome)).toMatchObject({ outcome: 'rolled-back' });
    expect(outcome.cause).toMatch(/asking nginx on the host itself.* 502/s);
  });

  test.each([
    [
      'an error’s page that says 200',
      `server { listen 80; server_name tiny.example.test; error_page 502 =200 /robots.txt;
location = /robots.txt { root /srv/older; } ${hands} }`,
    ],
    [
      'another app, by error_page',
      `server { listen 80; server_name tiny.example.test;
location / { error_page 502 = @older; ${to}; } location @older { proxy_pass http://127.0.0.1:3000; } }`,
    ],
    [
      'another app, as a backup',
      `upstream both { server 127.0.0.1:${running.port}; server 127.0.0.1:3000 backup; }
server { listen 80; server_name tiny.example.test;
location / { proxy_next_upstream error timeout invalid_header; proxy_pass http://both; } }`,
    ],
  ])('what stands in for the app answers well and is no proof: %s', async (_what, text) => {
    await configure(text);
    const { outcome } = await deployed({ 'server.py': tooLarge, 'version.txt': '2\n' });
    expect(outcome, JSON.stringify(outcome)).toMatchObject({ outcome: 'rolled-back' });
    expect(outcome.cause).toContain('visitors get what stands in for it');
  });

  test.each(['127.0.0.1', 'localhost'])(
    'what another app answers, where the running nginx still leads, is no proof: %s',
    async (host) => {
      const site = (port: number) =>
        `server { listen 80; server_name tiny.example.test; location / { proxy_pass http://${host}:${port}; proxy_set_header Host $host; } }`;
      // What is edited within two seconds of a reload is taken for loaded: the boot's time has no fractions.
      await configure(site(3000), 'nginx -t -q && systemctl reload nginx && sleep 3');
      await configure(site(running.port), ':');
      const acknowledge = { 'nginx.no-https': 'x', 'nginx.not-reloaded': 'x' };
      const { outcome } = await deployed({ 'version.txt': '3\n' }, { acknowledge });
      expect(outcome, JSON.stringify(outcome)).toMatchObject({ outcome: 'rolled-back' });
      // Told by the stop where nginx was asked in time, else by whom it connects to.
      expect(outcome.cause).toMatch(/what answers (there )?is not this app/);
    },
  );

  test('a good version is deployed past what nginx refuses the host, and told from its neighbours', async () => {
    await configure(
      `server { listen 80; server_name tiny.example.test; ${hands} }
server { listen 8083; server_name closed.example.test; deny all; ${hands} }
server { listen 8084; server_name silent.example.test; location / { if ($remote_addr) { return 444; } ${to}; } }`,
    );
    const { outcome } = await deployed({ 'version.txt': '4\n' });
    expect(outcome, JSON.stringify(outcome)).toMatchObject({ outcome: 'succeeded' });
    expect(await visit(server, running)).toBe('200 version 4');
    expect(JSON.stringify(outcome)).toMatch(/ at 127.0.0.1:80: nginx connects to 127.0.0.1:2\d{4}/);

    const { outcome: restarted } = await deployed({ 'version.txt': '5\n' }, { strategy: 'restart' });
    expect(restarted, JSON.stringify(restarted)).toMatchObject({ outcome: 'succeeded' });
    expect(JSON.stringify(restarted)).toMatch(
      /through nginx at 127.0.0.1:80: .*(its answers stopped with the app|nginx connects to 127.0.0.1:)/,
    );
  });
});
