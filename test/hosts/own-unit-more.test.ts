import { expect, test } from 'vitest';
import { describeOnServers } from '../on-servers.js';
import { pythonApp, type Version } from './servers/app.js';
import { Servers } from './servers/harness.js';
import { filesOfUnit, handedApp, tunedApp } from './servers/own-unit.js';

const direct = { 'nginx.no-proxy': 'asked directly' };
/** Nobody wrote it for the unit that keeps the app. */
const run = 'python3 -m http.server {port}';

/** A unit that belay did not make, and that no key names, through what goes wrong; `npm run test:longer`. */
describeOnServers('the unit that is there stays, also', () => {
  const servers = new Servers('box4');

  /** A tuned app under a unit of its own, at a port; `more` are lines of [Service]. */
  async function arrange(name: string, port: number, more = ''): Promise<string> {
    const { box } = servers;
    await box.lay(name, { 'app.py': tunedApp({ number: 0 }) });
    await box.on(`cat >/etc/systemd/system/${name}.service <<'END'
[Service]
Type=notify
User=${name}
WorkingDirectory=/srv/${name}
Environment=PORT=${port} GREETING=hello
ExecStart=/usr/bin/python3 /srv/${name}/app.py
${more}
[Install]
WantedBy=multi-user.target
END
      systemctl daemon-reload; systemctl enable --quiet --now ${name}`);
    await box.until(`curl -fs http://127.0.0.1:${port}/`);
    return box.on(filesOfUnit(name));
  }

  test('where the host itself has to put the old version back, after silence and after a boot', async () => {
    const { box } = servers;
    const before = await arrange('plain', 8930);
    const settings = { run, port: 8930, soak: '10m', acknowledge: direct, approval: 'automatic' };
    const silent = await servers.project('plain', { ...settings, deadman: '10s' });
    await silent.write('app.py', tunedApp({ number: 1 }));
    await servers.abandons(silent, 8930);
    await servers.isBack('plain', 8930);
    expect(await box.on(filesOfUnit('plain'))).toBe(before);

    const booted = await servers.project('plain', { ...settings, deadman: '1h' });
    await booted.write('app.py', tunedApp({ number: 1 }));
    await servers.abandons(booted, 8930);
    await servers.boots();
    await servers.isBack('plain', 8930);
    expect(await box.on(filesOfUnit('plain'))).toBe(before);
  }, 600_000);

  test('behind a socket unit, where the host itself has to put the old version back: no request fails', async () => {
    const { box } = servers;
    await box.lay('held', { 'app.py': handedApp({ number: 0 }) });
    await box.on(`printf '[Socket]\\nListenStream=127.0.0.1:8940\\n[Install]\\nWantedBy=sockets.target\\n' >/etc/systemd/system/held.socket
      printf '[Service]\\nUser=held\\nWorkingDirectory=/srv/held\\nExecStart=/usr/bin/python3 app.py\\n' >/etc/systemd/system/held.service
      systemctl daemon-reload; systemctl enable --quiet --now held.socket`);
    await box.until('curl -fs http://127.0.0.1:8940/');
    const before = await box.on(filesOfUnit('held'));
    const project = await servers.project('held', {
      run,
      port: 8940,
      soak: '10m',
      deadman: '10s',
      acknowledge: direct,
      approval: 'automatic',
    });
    await project.write('app.py', handedApp({ number: 1 }));
    await box.on(`echo 'while [ ! -e /tmp/gone ]; do curl -fs --max-time 20 http://127.0.0.1:8940/ || echo "failed $?"; echo; done' >/tmp/visitor
      setsid sh /tmp/visitor >/tmp/visits 2>&1 </dev/null &`);
    await servers.abandons(project, 8940);
    await servers.isBack('held', 8940);
    expect(await box.on('touch /tmp/gone; sort /tmp/visits | uniq -c')).not.toContain('failed');
    expect(await box.on(filesOfUnit('held'))).toBe(before);
  }, 600_000);

  test('gunicorn behind a socket unit and nginx, as its guide sets it up', async () => {
    const { box } = servers;
    await box.lay('guide', { 'app.py': pythonApp({ number: 0 }) });
    await box.on(`cat >/etc/systemd/system/guide.socket <<'END'
[Unit]
Description=gunicorn socket
[Socket]
ListenStream=/run/guide.sock
SocketUser=www-data
[Install]
WantedBy=sockets.target
END
      cat >/etc/systemd/system/guide.service <<'END'
[Unit]
Description=gunicorn daemon
Requires=guide.socket
After=network.target
[Service]
Type=notify
NotifyAccess=main
User=guide
Group=guide
RuntimeDirectory=guide
WorkingDirectory=/srv/guide
ExecStart=/usr/bin/gunicorn --workers 2 --bind unix:/run/guide.sock app:app
ExecReload=/bin/kill -s HUP $MAINPID
KillMode=mixed
TimeoutStopSec=5
PrivateTmp=true
[Install]
WantedBy=multi-user.target
END
      systemctl daemon-reload; systemctl enable --quiet --now guide.socket
      echo 'server { listen 80; server_name guide.example.test; location / { proxy_pass http://unix:/run/guide.sock; } }' >/etc/nginx/sites-enabled/guide
      systemctl reload nginx`);
    await box.until(`curl -fs -H 'Host: guide.example.test' http://127.0.0.1/`);
    const before = await box.on(filesOfUnit('guide'));
    const project = await servers.project('guide', {
      run,
      site: 'guide.example.test',
    });
    await project.write('app.py', pythonApp({ number: 1 }));
    const { steps } = await servers.ends('succeeded', 'deploy', project);
    expect(steps.map(({ name }) => name)).toContain('rehearse');
    expect(await box.visit('guide')).toBe('version 1');
    await project.write('app.py', `import nothing_of_that_name\n${pythonApp({ number: 2 })}`);
    await servers.ends('failed', 'deploy', project);
    await project.write('app.py', pythonApp({ number: 3, broken: true }));
    await servers.ends('rolled-back', 'deploy', project);
    expect(await box.visit('guide')).toBe('version 1');
    await servers.ends('succeeded', 'rollback', project);
    expect(await box.visit('guide')).toBe('version 0');
    expect(await box.on(filesOfUnit('guide'))).toBe(before);
    await box.on('rm /etc/nginx/sites-enabled/guide; systemctl reload nginx');
  }, 600_000);

  test('one that names a release’s folder is refused with the line; one of variables in a file is rehearsed', async () => {
    const { box } = servers;
    await box.lay('vars', { 'app.py': tunedApp({ number: 0 }) });
    await box.on(`printf 'PORT=8950\\nGREETING=hello\\n' >/etc/default/vars; chmod 600 /etc/default/vars
      cat >/etc/systemd/system/vars.service <<'END'
[Service]
Type=notify
User=vars
EnvironmentFile=-/etc/default/vars
ExecStart=/usr/bin/python3 \\
  /srv/vars/app.py
[Install]
WantedBy=multi-user.target
END
      systemctl daemon-reload; systemctl enable --quiet --now vars`);
    await box.until('curl -fs http://127.0.0.1:8950/');
    const before = await box.on(filesOfUnit('vars'));
    const project = await servers.project('vars', {
      run: 'python3 -m http.server 8950',
      port: 8950,
      acknowledge: direct,
    });
    await project.write('app.py', tunedApp({ number: 1 }));
    const { steps } = await servers.ends('succeeded', 'deploy', project);
    expect(steps.map(({ name }) => name)).toContain('rehearse');
    expect(await box.get(8950)).toBe('version 1 hello');
    expect(await box.on(filesOfUnit('vars'))).toBe(before);

    await box.on(`mkdir /etc/systemd/system/vars.service.d
      printf '[Service]\\nWorkingDirectory=/srv/vars.belay/releases/x/tree\\n' >/etc/systemd/system/vars.service.d/x.conf
      systemctl daemon-reload`);
    await project.write('app.py', tunedApp({ number: 2 }));
    const { findings } = await servers.ends('refused', 'deploy', project);
    expect(findings.find(({ id }) => id === 'unit.names-release')?.evidence).toBe(
      '/etc/systemd/system/vars.service.d/x.conf:2: WorkingDirectory=/srv/vars.belay/releases/x/tree',
    );
  }, 600_000);

  test('confined by ProtectSystem=strict, with what is shared, and variables in a file that the app’s user leads elsewhere', async () => {
    const { box } = servers;
    const writing = (version: Version) =>
      tunedApp(version).replace(
        'self.end_headers()',
        "self.end_headers(); open('/srv/strict/data/seen', 'a').write('x')",
      );
    await arrange(
      'strict',
      8990,
      'ProtectSystem=strict\nReadWritePaths=/srv/strict\nEnvironmentFile=-/srv/strict/.env',
    );
    await box.on(`install -m 600 /dev/null /root/mine; echo 'ROOTS=only-roots' >/root/mine
      su strict -c 'cd /srv/strict && mkdir data && ln -s /root/mine .env'`);
    await box.lay('strict', { 'app.py': writing({ number: 0 }) });
    await box.on('chown -h strict: /srv/strict/.env; systemctl restart strict');
    await box.until('curl -fs http://127.0.0.1:8990/ && test -s /srv/strict/data/seen');
    const project = await servers.project('strict', {
      run,
      port: 8990,
      shared: ['data', '.env'],
      acknowledge: direct,
    });
    await project.write('app.py', writing({ number: 1 }));
    const refused = await servers.ends('refused', 'deploy', project);
    const closed = refused.findings.find(({ id }) => id === 'unit.shared-closed');
    const [, line = ''] = /under \[Service\]: (\S+)/.exec(closed?.remedy ?? '') ?? [];
    expect(line.replace(/;$/, '')).toBe('ReadWritePaths=-/srv/strict.belay/shared');
    await box.on(`mkdir /etc/systemd/system/strict.service.d
      printf '[Service]\\nReadWritePaths=-/srv/strict.belay/shared\\n' >/etc/systemd/system/strict.service.d/shared.conf
      systemctl daemon-reload`);
    const before = await box.on(filesOfUnit('strict'));
    const writes = async () => {
      const [count, after] = (
        await box.on(`cd /srv/strict/data; wc -c <seen; curl -s http://127.0.0.1:8990/; echo; wc -c <seen`)
      ).split(/\nversion.*\n/);
      expect(Number(after)).toBe(Number(count) + 1);
    };

    const deployed = await servers.ends('succeeded', 'deploy', project);
    expect(await box.get(8990)).toBe('version 1 hello');
    await writes();
    await project.write('app.py', writing({ number: 2, broken: true }));
    const failed = await servers.ends('rolled-back', 'deploy', project);
    await writes();
    await servers.ends('succeeded', 'rollback', project);
    expect(await box.get(8990)).toBe('version 0 hello');
    await writes();
    expect(await box.on(filesOfUnit('strict'))).toBe(before);
    expect(JSON.stringify([refused, deployed, failed])).not.toContain('only-roots');
    expect(await box.on('stat -c "%U %a" /root/mine; cat /root/mine')).toBe('root 600\nROOTS=only-roots');
  }, 600_000);

  test('the instance of a template, and one that had crashed; one that names no path gives way, and the plan says so', async () => {
    const { box } = servers;
    const before = await arrange('single', 8960);
    await box.on(`cd /etc/systemd/system; systemctl disable --quiet --now single; sed -e 's/PORT=8960/PORT=%i/' single.service >single@.service
      rm single.service; systemctl daemon-reload; systemctl enable --quiet --now single@8960`);
    await box.until('curl -fs http://127.0.0.1:8960/');
    expect(before).toContain('single');
    const single = await servers.project('single', { run, port: 8960, acknowledge: direct });
    await single.write('app.py', tunedApp({ number: 1 }));
    await servers.ends('succeeded', 'deploy', single);
    expect(await box.get(8960)).toBe('version 1 hello');
    expect(await servers.unitOf(`-t 'sport = :8960'`)).toBe('single@8960.service');
    await servers.ends('succeeded', 'rollback', single);
    expect(await box.get(8960)).toBe('version 0 hello');

    await arrange('down', 8970);
    await box.on(
      `systemctl stop down; cp /srv/down/app.py /tmp/app.py; echo 'raise SystemExit(1)' >/srv/down/app.py; systemctl start down || :`,
    );
    const down = await servers.project('down', { run, port: 8970, acknowledge: direct });
    await down.write('app.py', tunedApp({ number: 1 }));
    await servers.ends('succeeded', 'deploy', down);
    expect(await servers.unitOf(`-t 'sport = :8970'`)).toBe('down.service');

    await arrange('apart', 8980);
    await box.on(`printf '#!/bin/sh\\ncd /srv/apart && exec python3 app.py\\n' >/usr/local/bin/start-apart; chmod 755 /usr/local/bin/start-apart
      sed -i -e '/^WorkingDirectory/d' -e 's#^ExecStart=.*#ExecStart=/usr/local/bin/start-apart#' /etc/systemd/system/apart.service
      systemctl daemon-reload; systemctl restart apart`);
    await box.until('curl -fs http://127.0.0.1:8980/');
    const apart = await servers.project('apart', {
      run: 'NOTIFY_SOCKET=/dev/null gunicorn -b {bind} app:app',
      port: 8980,
      acknowledge: direct,
    });
    await apart.write('app.py', pythonApp({ number: 1 }));
    const { findings } = await servers.ends('succeeded', 'deploy', apart);
    expect(findings.find(({ id }) => id === 'keeper.replaced')?.message).toContain(
      'it neither works in /srv/apart nor names it in its command',
    );
    expect(await servers.unitOf(`-t 'sport = :8980'`)).toBe('belay-apart.service');
    // Belay's own goes on, without a word of a choice.
    await apart.write('app.py', pythonApp({ number: 2 }));
    const again = await servers.ends('succeeded', 'deploy', apart);
    expect(again.findings.map(({ id }) => id).filter((id) => id.startsWith('keeper.'))).toEqual([]);
    await servers.ends('succeeded', 'rollback', apart);
    expect(await box.get(8980)).toBe('version 1');
  }, 600_000);
});
