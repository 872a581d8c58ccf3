import { expect, test } from 'vitest';
import type { Outcome } from '../../src/cli/output/schema.js';
import { describeOnServers } from '../on-servers.js';
import { Servers } from './servers/harness.js';
import { filesOfUnit, tunedApp } from './servers/own-unit.js';

/** Somebody's own unit keeps the app behind nginx: a copy of it serves beside while the unit restarts. */
describeOnServers('a detour around the unit that is there', () => {
  const servers = new Servers('box5');

  test('deployed, left after a fault in verify, and rolled back: no request fails and nothing of the unit or nginx changes', async () => {
    const { box } = servers;
    await box.lay('led', { 'app.py': tunedApp({ number: 0 }) });
    await box.on(`echo GREETING=hello >/etc/default/led
      cat >/etc/systemd/system/led.service <<'END'
[Service]
Type=notify
User=led
WorkingDirectory=/srv/led
Environment=PORT=8940
EnvironmentFile=/etc/default/led
ExecStart=/usr/bin/python3 /srv/led/app.py
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=full
MemoryMax=300M
LimitNOFILE=4096
Restart=always
[Install]
WantedBy=multi-user.target
END
      cat >/etc/nginx/sites-enabled/led <<'END'
server {
  listen 80;
  server_name led.example.test;
  location / { proxy_pass http://127.0.0.1:8940; }
}
END
      systemctl daemon-reload; systemctl enable --quiet --now led; nginx -s reload`);
    await box.until(`curl -fs -H 'Host: led.example.test' http://127.0.0.1/`);
    const unchanged = `${filesOfUnit('led')}; sha256sum /etc/nginx/sites-enabled/*; ls -A /etc/nginx/sites-enabled /run/systemd/system
      ls /etc/systemd/system | grep -- -back; systemctl list-units --all --plain --no-legend '*detour*'; true`;
    const before = await box.on(unchanged);
    await box.on(`cat >/tmp/visitor <<'END'
while [ ! -e /tmp/gone ]; do curl -s --max-time 20 -w ' %{http_code}\\n' -H 'Host: led.example.test' http://127.0.0.1/; sleep 0.05; done
END
      setsid sh /tmp/visitor >/tmp/visits 2>&1 </dev/null &`);
    const settings = {
      unit: 'led.service',
      site: 'led.example.test',
      acknowledge: { 'nginx.no-https': 'a throw-away server' },
    };
    const project = await servers.project('led', settings);
    const names = ({ steps }: Outcome) => steps.map(({ name }) => name);

    await project.write('app.py', tunedApp({ number: 1 }));
    const first = await servers.ends('succeeded', 'deploy', project);
    expect(names(first)).toContain('leaveDetour');
    expect(first.downtimeSeconds).toBe(0);
    expect([await box.visit('led'), await box.on(unchanged)]).toEqual(['version 1 hello', before]);
    await project.write('app.py', tunedApp({ number: 2 }));
    await servers.ends('succeeded', 'deploy', project);

    const wrong = await servers.project('led', {
      ...settings,
      verify: { internal: ['/'], external: [{ url: 'http://led.example.test/', contains: 'no such words' }] },
    });
    await wrong.write('app.py', tunedApp({ number: 3 }));
    const failed = await servers.ends('rolled-back', 'deploy', wrong);
    expect(names(failed)).not.toContain('stop');
    expect([await box.visit('led'), await box.on(unchanged)]).toEqual(['version 2 hello', before]);

    const back = await servers.ends('succeeded', 'rollback', project);
    expect(names(back)).toContain('leaveDetour');
    expect([await box.visit('led'), await box.on(unchanged)]).toEqual(['version 1 hello', before]);
    expect(await servers.unitOf('-t sport = :8940')).toBe('led.service');

    const visits = await box.on(`touch /tmp/gone; sed 's/.* //' /tmp/visits | sort | uniq -c`);
    expect(visits).toMatch(/^\d+ 200$/);
    await box.on(`echo '# by hand' >>/etc/systemd/system/led.service`);
    await project.write('app.py', tunedApp({ number: 4 }));
    const { findings } = await servers.ends('refused', 'deploy', project);
    expect(findings.filter(({ severity }) => severity === 'block').map(({ id }) => id)).toEqual([
      'unit.not-loaded',
    ]);
    expect(await box.on('sort -u /tmp/visits')).toMatch(
      /version 0 [^]*version 1 [^]*version 2 [^]*version 3 /,
    );
  });
});
