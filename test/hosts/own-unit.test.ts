import { expect, test } from 'vitest';
import { describeOnServers } from '../on-servers.js';
import { Servers } from './servers/harness.js';
import { filesOfUnit, handedApp, tunedApp } from './servers/own-unit.js';

/** Somebody's own unit keeps the app, and goes on keeping it: byte for byte, and in what systemd shows of it. */
describeOnServers('the unit that is there stays', () => {
  const servers = new Servers('box3');

  test('a tuned unit: deployed, rolled back after a fault in verify, and back to the adopted version', async () => {
    const { box } = servers;
    await box.lay('tuned', { 'app.py': tunedApp({ number: 0 }) });
    await box.on(`mkdir -p /etc/systemd/system/tuned.service.d /etc/systemd/system/default.target.wants /var/lib/tuned
      cd /srv/tuned; mkdir -p venv/bin; touch requirements.txt venv/pyvenv.cfg; ln -s /usr/bin/python3 venv/bin/python
      printf '#!/srv/tuned/venv/bin/python\nimport runpy\nrunpy.run_path("/srv/tuned/app.py", run_name="__main__")\n' >venv/bin/serve
      chmod 755 venv/bin/serve; chown -Rh tuned: .
      echo GREETING=hello >/etc/default/tuned
      cat >/etc/systemd/system/tuned.service <<'END'
[Unit]
Description=somebody's own
[Service]
Type=notify
User=tuned
WorkingDirectory=/srv/tuned
Environment=PORT=8910
EnvironmentFile=/etc/default/tuned
ExecStartPre=+/bin/sh -c 'echo started >>/var/lib/tuned/starts'
ExecStart=/srv/tuned/venv/bin/serve
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=strict
Restart=always
[Install]
WantedBy=multi-user.target
END
      printf '[Service]\\nMemoryMax=300M\\nLimitNOFILE=4096\\nUMask=0027\\n' >/etc/systemd/system/tuned.service.d/limits.conf
      ln -s ../tuned.service /etc/systemd/system/default.target.wants/tuned.service
      systemctl daemon-reload; systemctl enable --quiet --now tuned`);
    await box.until('curl -fs http://127.0.0.1:8910/');
    const before = await box.on(filesOfUnit('tuned'));
    // No key says so: what keeps the app stays, and `run`, which somebody wrote for belay's own unit, starts nothing.
    const project = await servers.project('tuned', {
      run: 'python3 -m http.server {port}',
      port: 8910,
      acknowledge: { 'nginx.no-proxy': 'asked directly' },
    });
    const served = async () => [await box.get(8910), await box.on(filesOfUnit('tuned'))];

    await project.write('requirements.txt', '');
    await project.write('app.py', tunedApp({ number: 1 }));
    const { findings } = await servers.ends('succeeded', 'deploy', project);
    expect(findings.map(({ id }) => id)).toContain('keeper.stays');
    expect(findings.map(({ id }) => id)).not.toContain('app.settings-lost');
    expect(await served()).toEqual(['version 1 hello', before]);
    expect(await servers.unitOf('-t sport = :8910')).toBe('tuned.service');
    expect(await box.on('ls /etc/systemd/system/*belay* 2>/dev/null; wc -l </var/lib/tuned/starts')).toBe(
      '2',
    );
    const log = await servers.belay(['logs', '-n', '5', '--config', project.config]);
    expect(log.stdout).toContain('serves version 1');

    await project.write('app.py', tunedApp({ number: 2, broken: true }));
    const failed = await servers.ends('rolled-back', 'deploy', project);
    expect(failed.steps.map(({ name, status }) => `${name} ${status}`)).toContain('verify failed');
    expect(await served()).toEqual(['version 1 hello', before]);

    await servers.ends('succeeded', 'rollback', project);
    expect(await served()).toEqual(['version 0 hello', before]);
    expect(await box.on('systemctl is-active tuned belay-tuned-deadman; true')).toBe('active\ninactive');
  });

  test('what is only in the new code is found by a copy of the unit, before anything stops', async () => {
    const { box } = servers;
    const before = await box.on(filesOfUnit('tuned'));
    const starts = await box.on('cat /var/lib/tuned/starts');
    const project = await servers.project('tuned', {
      unit: 'tuned.service',
      port: 8910,
      acknowledge: { 'nginx.no-proxy': 'asked directly' },
    });
    await project.write('requirements.txt', '');
    await project.write('app.py', `raise RuntimeError('only in the new code')\n${tunedApp({ number: 3 })}`);
    const { cause } = await servers.ends('failed', 'deploy', project);
    expect(cause).toContain('RuntimeError: only in the new code');
    expect([await box.get(8910), await box.on(filesOfUnit('tuned'))]).toEqual(['version 0 hello', before]);
    expect(await box.on('cat /var/lib/tuned/starts; ls /run/systemd/system | grep rehearsal; true')).toBe(
      starts,
    );
  });

  test('where a hook fails before the stop, what its unit started anew meanwhile by itself is not taken for the release', async () => {
    const { box } = servers;
    const project = await servers.project('tuned', {
      unit: 'tuned.service',
      port: 8910,
      acknowledge: { 'nginx.no-proxy': 'asked directly' },
      // Systemd starts it again, as after a crash.
      hooks: {
        before: [
          'kill -9 $(systemctl show -p MainPID --value tuned)',
          'until curl -fs http://127.0.0.1:8910/; do sleep 0.1; done; false',
        ],
      },
    });
    await project.write('requirements.txt', '');
    await project.write('app.py', tunedApp({ number: 4 }));
    const { cause } = await servers.ends('rolled-back', 'deploy', project);
    expect(cause).toContain('nothing was stopped');
    expect(await box.get(8910)).toBe('version 0 hello');
    expect(await box.on('cat "$(ls -t /var/lib/belay/*/journal/*/stopNew/output | head -n 1)"')).toBe(
      'nothing was stopped yet, so nothing was started',
    );
  });

  test('behind a socket unit no request fails: deployed, rolled back after a fault in verify, and back', async () => {
    const { box } = servers;
    await box.lay('handed', { 'app.py': handedApp({ number: 0 }) });
    await box.on(`cat >/etc/systemd/system/handed.socket <<'END'
[Socket]
ListenStream=127.0.0.1:8920
[Install]
WantedBy=sockets.target
END
      cat >/etc/systemd/system/handed.service <<'END'
[Service]
User=handed
WorkingDirectory=/srv/handed
ExecStart=/usr/bin/python3 /srv/handed/app.py
END
      systemctl daemon-reload; systemctl enable --quiet --now handed.socket`);
    await box.until('curl -fs http://127.0.0.1:8920/');
    const unchanged = `${filesOfUnit('handed')}; systemctl show -p ActiveEnterTimestamp handed.socket`;
    const before = await box.on(unchanged);
    const project = await servers.project('handed', {
      unit: 'handed.service',
      port: 8920,
      acknowledge: { 'nginx.no-proxy': 'asked directly' },
    });
    await box.on(`cat >/tmp/visitor <<'END'
while [ ! -e /tmp/gone ]; do curl -s --max-time 20 http://127.0.0.1:8920/ || echo "failed $?"; echo; done
END
      setsid sh /tmp/visitor >/tmp/visits 2>&1 </dev/null &`);

    await project.write('app.py', handedApp({ number: 1 }));
    const { steps, downtimeSeconds } = await servers.ends('succeeded', 'deploy', project);
    expect(steps.map(({ name }) => name)).toContain('rehearse');
    expect(downtimeSeconds).toBe(0);
    expect(await box.get(8920)).toBe('version 1');
    await project.write('app.py', handedApp({ number: 2, broken: true }));
    const failed = await servers.ends('rolled-back', 'deploy', project);
    expect(failed.downtimeSeconds).toBe(0);
    expect(await box.get(8920)).toBe('version 1');
    await servers.ends('succeeded', 'rollback', project);
    expect(await box.get(8920)).toBe('version 0');

    const visits = await box.on('touch /tmp/gone; sort /tmp/visits | uniq -c');
    expect(visits).not.toContain('failed');
    for (const version of [0, 1, 2]) expect(visits).toContain(`version ${version}`);
    expect(await box.on(unchanged)).toBe(before);
  });
});
