import { expect, test } from 'vitest';
import type { Outcome } from '../../src/cli/output/schema.js';
import { describeOnServers } from '../on-servers.js';
import { gentleServer } from './detour/gentle-server.js';
import type { Project } from './servers/app.js';
import { Servers } from './servers/harness.js';

/** Says its version, what it was given, and what greets there; whatever it takes it answers before it ends. */
const app = (version: number) =>
  gentleServer({
    imports: 'os, resource',
    before: `mask = os.umask(0)
os.umask(mask)
given = f"{mask:03o} {resource.getrlimit(resource.RLIMIT_NOFILE)[0]} {os.environ.get('GREETING')}"`,
    get: `
self.send_response(200)
self.end_headers()
self.wfile.write(f'version ${version} {given}\\n'.encode())`,
  });

/** Keepers that cannot have a second copy of their app: a unit that runs as what serves does stands in. */
describeOnServers('a detour around', () => {
  const servers = new Servers('box7');

  const names = ({ steps }: Outcome) => steps.map(({ name }) => name);

  /** Deploys twice, fails in verify, goes back, under a visitor's eyes. @param given what the app says of itself */
  async function through(name: string, given: string, settings: Record<string, unknown>): Promise<void> {
    const { box } = servers;
    const site = `${name}.example.test`;
    await box.on(`rm -f /tmp/gone; cat >/tmp/visitor <<'END'
while [ ! -e /tmp/gone ]; do curl -s --max-time 20 -w '%{http_code}\\n' -H 'Host: ${site}' http://127.0.0.1/; sleep 0.05; done
END
      setsid sh /tmp/visitor >/tmp/visits 2>&1 </dev/null &`);
    const about = { ...settings, site, run: 'python3 app.py {port}' };
    const project: Project = await servers.project(name, about);
    await project.write('app.py', app(1));
    const first = await servers.ends('succeeded', 'deploy', project);
    expect(names(first)).toContain('leaveDetour');
    expect(first.downtimeSeconds).toBe(0);
    const wrong = await servers.project(name, {
      ...about,
      verify: { internal: ['/'], external: [{ url: `http://${site}/`, contains: 'no such words' }] },
    });
    await wrong.write('app.py', app(2));
    expect(names(await servers.ends('rolled-back', 'deploy', wrong))).not.toContain('stop');
    await project.write('app.py', app(3));
    await servers.ends('succeeded', 'deploy', project);
    expect(names(await servers.ends('succeeded', 'rollback', project))).toContain('leaveDetour');
    await box.on('touch /tmp/gone; sleep 0.2');
    expect(await box.on('sort -u /tmp/visits')).toBe(
      ['200', ...[0, 1, 2, 3].map((version) => `version ${version} ${given}`)].join('\n'),
    );
    expect(await box.on(`systemctl list-units --all --plain --no-legend '*detour*'`)).toBe('');
  }

  async function behindNginx(name: string, port: number): Promise<void> {
    await servers.box.on(`cat >/etc/nginx/sites-enabled/${name} <<'END'
server { listen 80; server_name ${name}.example.test; location / { proxy_pass http://127.0.0.1:${port}; } }
END
      nginx -s reload`);
    await servers.box.until(`curl -fs -H 'Host: ${name}.example.test' http://127.0.0.1/`);
  }

  test('an entry of belay’s own in pm2, of a daemon with limits of its own', async () => {
    const { box } = servers;
    await box.lay('live', { 'app.py': app(0) });
    await box.on(
      `su - live -c 'ulimit -n 3000; umask 027; cd /srv/live && pm2 start app.py --interpreter python3 --name live --silent -- 8970' </dev/null >/dev/null 2>&1`,
    );
    await behindNginx('live', 8970);
    await through('live', '027 3000 None', { manager: 'pm2' });
    expect(await box.on(box.entries('live', 'belay-live'))).toContain('online');
  }, 400_000);

  test('somebody’s own entry of pm2’s, by its own command and variables', async () => {
    const { box } = servers;
    await box.lay('own', { 'app.py': app(0) });
    await box.on(
      `su - own -c 'ulimit -n 3001; umask 027; cd /srv/own && GREETING=hello pm2 start app.py --interpreter python3 --name own --silent -- 8972; pm2 save --silent' </dev/null >/dev/null 2>&1`,
    );
    await behindNginx('own', 8972);
    await through('own', '027 3001 hello', {
      acknowledge: { 'nginx.no-https': 'a throw-away server', 'entry.not-at-boot': 'it never boots' },
    });
    expect(await box.on(box.entries('own', 'own'))).toContain('online');
  }, 400_000);

  test('somebody’s own program of supervisord’s, by `run` with its variables', async () => {
    const { box } = servers;
    await box.lay('led', { 'app.py': app(0) });
    await box.on(`cat >/etc/supervisor/conf.d/led.conf <<'END'
[program:led]
command=python3 app.py 8971
directory=/srv/led
user=led
umask=027
environment=GREETING="hello"
END
      systemctl start supervisor`);
    await behindNginx('led', 8971);
    const nofile = await box.on(
      `pid=$(supervisorctl pid led); awk '/Max open files/ { print $4 }' /proc/$pid/limits`,
    );
    await through('led', `027 ${nofile} hello`, { program: 'led' });
    expect(await box.on('supervisorctl status led')).toContain('RUNNING');
  }, 400_000);
});
