import { expect, test } from 'vitest';
import { describeOnServers } from '../on-servers.js';
import { pythonApp, type Project, type Version } from './servers/app.js';
import { Servers } from './servers/harness.js';

/** Greets as its own environment says, which nothing of belay.yml has. */
const greeting = (version: Version) =>
  pythonApp(version).replace("b'version", `os.environ['GREETING'].encode() + b' version`);

/** Somebody's own program of supervisord's keeps the app, and goes on keeping it; `npm run test:longer`. */
describeOnServers('the program that is there stays', () => {
  const servers = new Servers('box5');
  const direct = { 'nginx.no-proxy': 'asked directly' };

  /** All that a deployment must leave as it is: files of supervisord, the neighbour's process, and what the app's process was given. */
  const kept = (
    name: string,
  ) => `sha256sum /etc/supervisor/conf.d/*.conf; stat -c '%n %Y %i' /etc/supervisor/conf.d/*.conf
    supervisorctl pid neighbour; supervisorctl status | awk '{ print $1, $2 }'; ls /etc/systemd/system | grep belay
    for pid in $(supervisorctl status | awk '$1 ~ /^${name}(:|$)/ { print $4 + 0 }'); do
      grep -E '^(Uid|Gid|Groups|Umask):' /proc/$pid/status; cat /proc/$pid/limits /proc/$pid/cgroup
      tr '\\0' '\\n' </proc/$pid/environ | sort
    done`;

  async function through(name: string, project: Project, port: number): Promise<void> {
    const { box } = servers;
    const before = await box.on(kept(name));
    await project.write('app.py', greeting({ number: 1 }));
    const { steps } = await servers.ends('succeeded', 'deploy', project);
    expect(steps.map((step) => step.name)).toContain('rehearse');
    expect(await box.get(port)).toBe('hello version 1');
    expect(await box.on(kept(name))).toBe(before);

    await project.write('app.py', `raise RuntimeError('only in the new code')\n${greeting({ number: 2 })}`);
    const { cause } = await servers.ends('failed', 'deploy', project);
    expect(cause).toContain('RuntimeError: only in the new code');
    await project.write('app.py', greeting({ number: 3, broken: true }));
    await servers.ends('rolled-back', 'deploy', project);
    expect(await box.get(port)).toBe('hello version 1');
    expect(await box.on(kept(name))).toBe(before);

    await servers.ends('succeeded', 'rollback', project);
    expect(await box.get(port)).toBe('hello version 0');
    expect(await box.on(kept(name))).toBe(before);
  }

  test('without a key, and two of one program behind two ports where a key names them', async () => {
    const { box } = servers;
    for (const name of ['sup', 'twice']) await box.lay(name, { 'app.py': greeting({ number: 0 }) });
    await box.on(`cat >/etc/supervisor/conf.d/apps.conf <<'END'
[program:sup]
command=gunicorn -b 127.0.0.1:8600 app:app
directory=/srv/sup
user=sup
umask=027
environment=GREETING="hello",SECRET="planted"

[program:twice]
command=gunicorn -b 127.0.0.1:861%(process_num)d app:app
process_name=%(program_name)s_%(process_num)d
numprocs=2
directory=/srv/twice
user=twice
environment=GREETING="hello"

[program:neighbour]
command=sleep 100000
END
      systemctl start supervisor`);
    await box.until(
      `curl -fs http://127.0.0.1:8600/ && curl -fs http://127.0.0.1:8610/ && curl -fs http://127.0.0.1:8611/ && supervisorctl status neighbour | grep RUNNING`,
    );
    const run = 'gunicorn -b {bind} app:app';
    const sup = await servers.project('sup', { run, port: 8600, acknowledge: direct });
    await through('sup', sup, 8600);
    const log = await servers.belay(['logs', '-n', '5', '--config', sup.config]);
    expect(log.stdout + log.stderr).not.toContain('planted');

    const twice = await servers.project('twice', { run, program: 'twice', port: 8610, acknowledge: direct });
    await through('twice', twice, 8610);
    await twice.write('app.py', greeting({ number: 4 }));
    await servers.ends('succeeded', 'deploy', twice);
    expect([await box.get(8610), await box.get(8611)]).toEqual(['hello version 4', 'hello version 4']);
    await box.on('systemctl stop supervisor; rm /etc/supervisor/conf.d/apps.conf');
  }, 900_000);

  test('where the host itself has to put the old version back; and after supervisord was started anew', async () => {
    const { box } = servers;
    await box.lay('alone', { 'app.py': greeting({ number: 0 }) });
    await box.on(`cat >/etc/supervisor/conf.d/alone.conf <<'END'
[program:alone]
command=gunicorn -b 127.0.0.1:8620 app:app
directory=/srv/alone
user=alone
environment=GREETING="hello"

[program:neighbour]
command=sleep 100000
END
      systemctl start supervisor`);
    await box.until(`curl -fs http://127.0.0.1:8620/ && supervisorctl status neighbour | grep RUNNING`);
    const before = await box.on(kept('alone'));
    const project = await servers.project('alone', {
      run: 'gunicorn -b {bind} app:app',
      port: 8620,
      soak: '10m',
      deadman: '10s',
      acknowledge: direct,
      approval: 'automatic',
    });
    await project.write('app.py', greeting({ number: 1 }));
    await servers.abandons(project, 8620);
    await servers.isBack('alone', 8620);
    expect(await box.on(kept('alone'))).toBe(before);

    await box.on('systemctl restart supervisor');
    await box.until(`curl -fs http://127.0.0.1:8620/ | grep 'hello version 0'`);
    await box.on('systemctl stop supervisor');
  });
});
