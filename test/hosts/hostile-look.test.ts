import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PlanOutput } from '../../src/cli/output/schema.js';
import type { SandboxServer } from '../../src/sandbox/index.js';
import { belay } from '../incident/belay.js';
import { describeOnServers, ownState } from '../on-servers.js';
import { makeProject, type Project } from './bad-input/project.js';
import { createSite } from './bad-input/site.js';
import { arrangeMallory, marks } from './hostile/looked-at.js';

/** A local user who says that his processes are what belay asks: nothing of his is run as root, nor believed by it. */
describeOnServers('a look at a server with a hostile user', () => {
  ownState();
  let server: SandboxServer;
  let project: Project;

  beforeAll(async () => {
    const [up] = await Promise.all([belay(['up']), createSite().then((made) => (server = made))]);
    expect(up.code, up.stderr).toBe(0);
    project = await makeProject();
    await on(arrangeMallory);
  });

  afterAll(() => project.remove());

  async function on(command: string): Promise<string> {
    const { code, stdout, stderr } = await server.exec(`PATH=/usr/sbin:/usr/bin:/sbin:/bin\n${command}`);
    expect(code, stderr + stdout).toBe(0);
    return stdout.trim();
  }

  /** What mallory's marks say since the last time. */
  async function marked(): Promise<string[]> {
    const lines = await on(`${marks}\nrm -rf /tmp/marks/* /home/mallory/made-by-nginx.log`);
    return lines.split('\n').filter((line) => line !== '');
  }

  const uid = () => on('id -u mallory');

  test('inspect asks his pm2 as him, runs nothing else of his, and says whose it is', async () => {
    await on('systemctl stop nginx');
    const { code, stdout, stderr } = await belay(
      ['inspect', server.name, '--path', '/srv/tiny', '--json'],
      server,
    );
    expect(code, stderr).toBe(0);
    expect(await marked()).toEqual([`pm2 ${await uid()}`]);
    const { surprises } = JSON.parse(stdout) as { surprises: { id: string; evidence: string }[] };
    const doubted = surprises.filter(({ id }) => id === 'daemon.doubted').map(({ evidence }) => evidence);
    expect(doubted).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /^pid \d+ of mallory says that it is nginx: it runs as another user than root$/,
        ),
        expect.stringMatching(
          /^pid \d+ of mallory says that it is supervisord: it runs as another user than root$/,
        ),
      ]),
    );
    expect(stdout).not.toContain('evil-nginx.conf:');
    // His folder is the first on root's PATH.
    expect(doubted).toContain('on root’s PATH, of mallory: /home/mallory/bin (drwxr-xr-x)');
    await on('systemctl start nginx');
  });

  test('plan too; what only root may read is not read by way of his links', async () => {
    const { code, stdout } = await belay(['plan', '--json', '--config', project.config], server);
    expect(await marked()).toEqual([`pm2 ${await uid()}`]);
    expect(stdout).not.toContain('only-roots-planted');
    const { findings } = JSON.parse(stdout) as PlanOutput;
    expect(findings.find(({ id }) => id === 'facts.doubted')?.evidence).toContain('says that it is nginx');
    expect(code).toBe(0);
  });

  test('a file of his that root’s nginx includes: nginx is not asked, and the finding says what to type', async () => {
    await on(`printf 'error_log /home/mallory/made-by-nginx.log;\\n' >/home/mallory/site.conf
      chown mallory: /home/mallory/site.conf
      ln -s /home/mallory/site.conf /etc/nginx/sites-enabled/mallory`);
    const { code, stdout } = await belay(['plan', '--json', '--config', project.config], server);
    await on('rm /etc/nginx/sites-enabled/mallory');
    expect(code).toBe(1);
    const blocks = (JSON.parse(stdout) as PlanOutput).findings.filter(({ severity }) => severity === 'block');
    expect(blocks.map(({ id }) => id)).toEqual(['nginx.not-roots']);
    expect(blocks[0]?.evidence).toContain('/home/mallory/site.conf can be changed by mallory (-rw-r--r--)');
    expect(blocks[0]?.remedy).toContain('chown root: FILE && chmod go-w FILE');
    expect(await marked()).toEqual([`pm2 ${await uid()}`]);
  });

  test('logs and a cache of root’s nginx in his folder: nothing is made or given away where his links lead', async () => {
    await on(`install -d /opt/roots
      install -d -o mallory /home/mallory/logs
      ln -s /opt/roots/made /home/mallory/logs/access.log
      ln -s /opt/roots /home/mallory/cache
      ln -s /home/mallory/logs/through.log /var/log/nginx/through.log
      ln -s /opt/roots/made-through /home/mallory/logs/through.log
      printf '%s\n' 'proxy_cache_path /home/mallory/cache keys_zone=his:1m;' 'server {' '  listen 8098;' '  server_name his.example.test;' \
        '  location / { proxy_pass http://127.0.0.1:7001; }' \
        '  access_log /home/mallory/logs/access.log;' '  error_log /var/log/nginx/through.log;' '}' >/etc/nginx/sites-enabled/his-logs`);
    const look = await belay(['plan', '--json', '--config', project.config], server);
    const made = await on('find /opt/roots -printf "%u %p\\n"');
    const facts = await belay(['inspect', server.name, '--path', '/srv/tiny', '--json'], server);
    await on('rm /etc/nginx/sites-enabled/his-logs /var/log/nginx/through.log');
    expect(made).toBe('root /opt/roots');
    // nginx is asked all the same: that a log lies there is no mistake of who deploys.
    expect(look.code, look.stdout).toBe(0);
    expect(facts.stdout).toContain('/etc/nginx/sites-enabled/his-logs:5');
    expect(await on('ls -A /opt/roots; findmnt -rn -o TARGET /home/mallory || true')).toBe('');
  });
});
