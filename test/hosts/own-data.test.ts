import { expect, test } from 'vitest';
import type { Outcome } from '../../src/cli/output/schema.js';
import { Servers } from './servers/harness.js';
import { describeOnServers } from '../on-servers.js';

/** Writes a line to SQLite and one to a log file at each POST, as a small Flask or Django app does; answers how many rows there are. */
function visits(number: number, broken = false): string {
  return `import os, sqlite3

broken = ${broken ? "not os.environ.get('BELAY_REHEARSAL')" : 'False'}


def app(environ, start_response):
    database = sqlite3.connect('data/visits.db', timeout=5)
    database.execute('create table if not exists visits (at text)')
    if environ['REQUEST_METHOD'] == 'POST':
        database.execute("insert into visits values (datetime('now'))")
        database.commit()
        with open('data/log.txt', 'a') as log:
            log.write('one\\n')
        open('uploads-%d' % os.getpid(), 'w').close()
    rows = database.execute('select count(*) from visits').fetchone()[0]
    failing = broken and environ['REQUEST_METHOD'] == 'GET'
    start_response('500 Broken' if failing else '200 OK', [('Content-Type', 'text/plain')])
    return [b'version ${number}: %d' % rows]
`;
}

/** What is the app's own stays its own on a real server; run by hand, as CONTRIBUTING.md says. */
describeOnServers('an app with data of its own', () => {
  const servers = new Servers('box3');
  const post = () =>
    servers.box.on(
      'curl -s --max-time 10 -o /tmp/answer -w "%{http_code} " -X POST http://127.0.0.1:8650/; cat /tmp/answer',
    );

  test('writes to its database after a deployment, a failed one, and a rollback; who could not read still cannot', async () => {
    await servers.box.lay('visits', { 'app.py': visits(0), 'private.ini': 'token = planted\n' });
    await servers.box
      .on(`mkdir /srv/visits/data && chown visits: /srv/visits/data && chmod 2770 /srv/visits/data
      chmod 600 /srv/visits/private.ini && chmod 750 /srv/visits
      cat >/etc/systemd/system/visits.service <<'END'
[Service]
User=visits
Environment=GREETING=planted
LimitNOFILE=4096
WorkingDirectory=/srv/visits
ExecStart=/usr/bin/gunicorn -w 2 -b 127.0.0.1:8650 app:app
[Install]
WantedBy=multi-user.target
END
      systemctl daemon-reload; systemctl enable --quiet --now visits`);
    await servers.box.until('curl -fs http://127.0.0.1:8650/');
    expect(await post()).toBe('200 version 0: 1');
    const project = await servers.project('visits', {
      manager: 'systemd',
      run: 'gunicorn -w 2 -b {bind} app:app',
      port: 8650,
      shared: ['data/visits.db', 'data/log.txt'],
      discard: ['uploads-*', '__pycache__'],
      acknowledge: { 'nginx.no-proxy': 'asked directly', 'files.changed-on-host': 'its own' },
    });
    await servers.box.on('rm -rf /srv/visits/uploads-* /srv/visits/__pycache__');
    await project.write('private.ini', 'token = planted\n');
    await servers.box.on('true');
    await project.write('app.py', visits(1, true));
    await servers.ends('rolled-back', 'deploy', project);
    expect(await post()).toBe('200 version 0: 2');

    await servers.box.on('rm -rf /srv/visits/uploads-* /srv/visits/__pycache__');
    await project.write('app.py', visits(2));
    const { findings } = await servers.ends('succeeded', 'deploy', project);
    const lost = findings.filter(({ id }) => /-lost$/.test(id));
    expect(lost.map(({ id, evidence }) => `${id} ${evidence}`)).toEqual([
      'app.settings-lost visits.service: LimitNOFILE',
      'app.variables-lost GREETING',
    ]);
    expect(await post()).toBe('200 version 2: 3');
    const tree = await servers.box.on('cd /srv/visits/ && stat -c "%U %a %n" . app.py private.ini');
    expect(tree).toBe('visits 750 .\nvisits 644 app.py\nvisits 600 private.ini');

    await servers.ends('succeeded', 'rollback', project);
    expect(await post()).toBe('200 version 0: 4');
    expect(await servers.box.on('wc -l </srv/visits/data/log.txt')).toBe('4');
    await servers.box.on('systemctl stop visits belay-visits 2>/dev/null; true');
  });

  test('what somebody gave a process by hand, and a slice its unit, is named before approval', async () => {
    await servers.box.lay('given', { 'app.py': visits(0).replaceAll('data/', '') });
    await servers.box.on(`cd /srv/given
      cat >/etc/systemd/system/narrow.slice <<'END'
[Slice]
MemoryMax=300M
TasksMax=60
CPUQuota=50%
END
      systemctl daemon-reload; umask 0027
      systemd-run --quiet --scope --slice=narrow setsid nice -n 5 taskset -c 0 choom -n 300 -- setpriv --reuid given --regid given --init-groups \
        --no-new-privs --inh-caps +net_bind_service --ambient-caps +net_bind_service gunicorn -w 1 -b 127.0.0.1:8640 app:app >/dev/null 2>&1 </dev/null &`);
    await servers.box.until('curl -fs http://127.0.0.1:8640/');
    const project = await servers.project('given', {
      run: 'gunicorn -w 1 -b {bind} app:app',
      port: 8640,
      user: 'given',
      shared: ['visits.db'],
      discard: ['__pycache__'],
      acknowledge: { 'nginx.no-proxy': 'asked directly' },
    });
    await project.write('app.py', visits(1).replaceAll('data/', ''));
    const { stdout } = await servers.belay(['plan', '--json', '--config', project.config]);
    const { findings } = JSON.parse(stdout) as Pick<Outcome, 'findings'>;
    const lost = findings.find(({ id }) => id === 'app.settings-lost')?.evidence.split('\n') ?? [];
    expect(lost.filter((line) => !/^limit |CPUAffinity/.test(line)).sort()).toEqual([
      'bound CPUQuota 50%, then not set',
      'bound MemoryMax 314572800, then not set',
      'bound TasksMax 60, then not set',
      'capability CAP_NET_BIND_SERVICE, which a service of its user has not',
      'hardening NoNewPrivileges, then none',
      'scheduling Nice 5, then 0',
      'scheduling OOMScoreAdjust 300, then 0',
      'umask 0027, then 0022',
    ]);
    await servers.box.on(
      'kill $(ss -Hltnp "sport = :8640" | grep -o "pid=[0-9]*" | tr -d a-z= | head -n 1); rm /etc/systemd/system/narrow.slice',
    );
  });

  test('what the rehearsed release lacks and no plan could know is named before anything stops', async () => {
    const { box } = servers;
    await box.lay('lacking', { 'app.py': visits(0).replaceAll('data/', '') });
    await box.on(`echo GREETING=hello >/etc/lacking.env
      cat >/etc/systemd/system/lacking.service <<'END'
[Service]
User=lacking
Group=www-data
WorkingDirectory=/srv/lacking
ExecStart=/usr/bin/gunicorn -w 1 -b 127.0.0.1:8645 app:app
EnvironmentFile=/etc/lacking.env
Environment=STORE=here http_proxy=http://127.0.0.1:3128
IOSchedulingClass=idle
LimitNOFILE=2048
KillSignal=SIGQUIT
END
      systemctl daemon-reload; systemctl start lacking`);
    await box.until('curl -fs http://127.0.0.1:8645/');
    const settings = {
      run: 'gunicorn -w 1 -b {bind} app:app',
      manager: 'systemd',
      port: 8645,
      env_file: '/etc/lacking.env',
      shared: ['visits.db'],
      discard: ['__pycache__'],
    };
    const acknowledge = { 'nginx.no-proxy': 'asked directly' };
    const project = await servers.project('lacking', { ...settings, acknowledge });
    await project.write('app.py', visits(1).replaceAll('data/', ''));
    const { cause } = await servers.ends('failed', 'deploy', project);
    expect(cause).toContain('the variable STORE; the variable http_proxy. Nothing was stopped.');
    const { stdout } = await servers.belay(['plan', '--rehearse', '--json', '--config', project.config]);
    const { findings } = JSON.parse(stdout) as Pick<Outcome, 'findings'>;
    const lost = findings
      .filter(({ id }) => id.endsWith('-lost'))
      .map(({ evidence }) => evidence.split('\n'));
    expect(lost).toEqual([
      expect.arrayContaining([
        'lacking.service: KillSignal',
        'limit NOFILE 2048, then 1024',
        'main group www-data, then lacking',
        'scheduling IOSchedulingClass idle, then none',
      ]),
      ['STORE', 'http_proxy'],
    ]);
    const accepted = { ...acknowledge, 'app.variables-lost': 'the release needs neither' };
    const knowing = await servers.project('lacking', { ...settings, acknowledge: accepted });
    await knowing.write('app.py', visits(1).replaceAll('data/', ''));
    await servers.ends('succeeded', 'deploy', knowing);
    await box.on('systemctl stop belay-lacking');
  }, 300_000);

  test('what would start it at boot or each hour is put off, in scripts too; a neighbour started in its folder goes on', async () => {
    await servers.box.lay('starts', { 'app.py': visits(0).replaceAll('data/', '') });
    await servers.box.on(`cat >/etc/rc.local <<'END'
#!/bin/sh
cd /srv/starts
if true; then
	setsid gunicorn -u starts -w 1 \\
		-b 127.0.0.1:8660 app:app >/dev/null 2>&1 &
fi
touch /run/others-began
exit 0
END
      cat >/etc/init.d/starts <<'END'
#!/bin/sh
### BEGIN INIT INFO
# Provides: starts
# Required-Start: $network
# Required-Stop:
# Default-Start: 2 3 4 5
# Default-Stop: 0 1 6
# Short-Description: starts
### END INIT INFO
case $1 in
start) cd /srv/starts && start-stop-daemon --start --background --make-pidfile --pidfile /run/starts.pid --chuid starts --exec /usr/bin/gunicorn -- -w 1 -b 127.0.0.1:8660 app:app ;;
stop) start-stop-daemon --stop --pidfile /run/starts.pid ;;
esac
END
      printf '#!/bin/sh\\ncurl -fsS -m 5 http://127.0.0.1:8660/ >/dev/null || (cd /srv/starts && setsid gunicorn -u starts -b 127.0.0.1:8660 app:app >/dev/null 2>&1 &)\\n' >/etc/cron.hourly/starts
      chmod 755 /etc/rc.local /etc/init.d/starts /etc/cron.hourly/starts
      update-rc.d starts defaults; systemctl daemon-reload
      mkdir -p /opt/beside && echo "require('http').createServer((q, a) => a.end('beside')).listen(8670)" >/opt/beside/server.js
      cd /srv/starts
      setsid gunicorn -u starts -w 1 -b 127.0.0.1:8660 app:app >/dev/null 2>&1 </dev/null &
      setsid node /opt/beside/server.js >/dev/null 2>&1 </dev/null &
      true`);
    await servers.box.until('curl -fs http://127.0.0.1:8660/ && curl -fs http://127.0.0.1:8670/');
    const project = await servers.project('starts', {
      run: 'gunicorn -w 1 -b {bind} app:app',
      port: 8660,
      user: 'starts',
      shared: ['visits.db'],
      discard: ['__pycache__'],
      acknowledge: { 'nginx.no-proxy': 'asked directly' },
    });
    await project.write('app.py', visits(1).replaceAll('data/', ''));
    const outcome = await servers.ends('succeeded', 'deploy', project);
    expect(outcome.findings.map(({ id }) => id)).toContain('app.neighbour');
    expect(await servers.box.get(8670)).toBe('beside');
    // All of them, as at a boot and at the next hour, with nothing there to keep them from it.
    await servers.box.on('systemctl stop belay-starts');
    await servers.box.on('/etc/rc.local; run-parts /etc/cron.hourly; systemctl is-enabled starts; true');
    expect(await servers.box.on('ls /run/others-began; sleep 1; ss -Hltn "sport = :8660" | wc -l')).toBe(
      '/run/others-began\n0',
    );
    expect(await servers.box.on('systemctl is-enabled starts; true')).toMatch(/disabled$/);
    await servers.box.on(
      'systemctl start belay-starts; kill $(ss -Hltnp "sport = :8670" | grep -o "pid=[0-9]*" | tr -d a-z=); rm /etc/rc.local /etc/cron.hourly/starts',
    );
    expect(await servers.box.on('systemctl is-active belay-starts')).toBe('active');
  });

  test('what starts by its name a keeper that stays is put off meanwhile and in force again; what starts a server is put off', async () => {
    await servers.box.lay('watched', { 'app.py': visits(0).replaceAll('data/', '') });
    await servers.box.on(`cat >/etc/systemd/system/watched.service <<'END'
[Service]
User=watched
WorkingDirectory=/srv/watched
ExecStart=/usr/bin/gunicorn -w 1 -b 127.0.0.1:8630 app:app
[Install]
WantedBy=multi-user.target
END
      printf '[Path]\nPathChanged=/run/watched\nUnit=watched.service\n[Install]\nWantedBy=multi-user.target\n' >/etc/systemd/system/watched-go.path
      printf '#!/bin/sh\nNAME=watched\nsystemctl is-active $NAME || systemctl restart $NAME\n' >/usr/local/bin/look-after
      chmod 755 /usr/local/bin/look-after
      printf '[Service]\nType=oneshot\nExecStart=/usr/local/bin/look-after\n' >/etc/systemd/system/look-after.service
      printf '[Timer]\nOnCalendar=hourly\n[Install]\nWantedBy=timers.target\n' >/etc/systemd/system/look-after.timer
      systemctl daemon-reload; systemctl enable --quiet --now watched watched-go.path look-after.timer
      printf '*/5 * * * * root curl -fs http://127.0.0.1:8630/ || service watched restart\n' >/etc/cron.d/watched
      printf '1 5 watched.daily su watched -c "cd /srv/watched; setsid gunicorn -b 127.0.0.1:8630 app:app &"\n' >>/etc/anacrontab
      mkdir -p /opt/watched; printf '#!/bin/sh\nROOT=/srv/watched\ncd "$ROOT" && exec gunicorn -b 127.0.0.1:8630 app:app\n' >/opt/watched/keep
      chmod 755 /opt/watched/keep; echo '*/7 * * * * /opt/watched/keep' | crontab -u watched -`);
    await servers.box.until('curl -fs http://127.0.0.1:8630/');
    const project = await servers.project('watched', {
      run: 'gunicorn -w 1 -b {bind} app:app',
      port: 8630,
      user: 'watched',
      shared: ['visits.db'],
      discard: ['__pycache__'],
      acknowledge: { 'nginx.no-proxy': 'asked directly' },
    });
    await project.write('app.py', visits(1).replaceAll('data/', ''));
    const before = await servers.box.on(
      'cat /etc/cron.d/watched; systemctl cat watched-go.path look-after.timer',
    );
    const outcome = await servers.ends('succeeded', 'deploy', project);
    expect(await servers.box.get(8630)).toMatch(/version 1/);
    const quiesced = outcome.steps.find(({ name }) => name === 'quiesce');
    expect(quiesced?.status).toBe('done');
    expect(
      await servers.box.on('cat /etc/cron.d/watched; systemctl cat watched-go.path look-after.timer'),
    ).toBe(before);
    expect(
      await servers.box.on(
        'systemctl is-active watched-go.path look-after.timer; systemctl is-enabled watched-go.path look-after.timer',
      ),
    ).toBe('active\nactive\nenabled\nenabled');
    expect(await servers.box.on('tail -n 1 /etc/anacrontab; crontab -u watched -l')).toMatch(
      /^# belay .*\n# belay /,
    );
    await servers.box.on(
      'systemctl disable --quiet --now watched watched-go.path look-after.timer; rm /etc/cron.d/watched; crontab -r -u watched; sed -i /watched/d /etc/anacrontab',
    );
  });

  test('a service that a socket unit starts: neither comes back under the new release, both do on the way back', async () => {
    await servers.box.lay('sockets', { 'app.py': visits(0).replaceAll('data/', '') });
    await servers.box.on(`cat >/etc/systemd/system/sockets.socket <<'END'
[Socket]
ListenStream=127.0.0.1:8680
[Install]
WantedBy=sockets.target
END
      cat >/etc/systemd/system/sockets.service <<'END'
[Service]
User=sockets
WorkingDirectory=/srv/sockets
ExecStart=/usr/bin/gunicorn app:app
END
      systemctl daemon-reload; systemctl enable --quiet --now sockets.socket`);
    await servers.box.until('curl -fs http://127.0.0.1:8680/');
    // systemd alone listens then, until somebody asks.
    await servers.box.on('systemctl stop sockets.service');
    const project = await servers.project('sockets', {
      manager: 'systemd',
      run: 'gunicorn -w 1 -b {bind} app:app',
      port: 8680,
      shared: ['visits.db'],
      discard: ['__pycache__'],
      acknowledge: { 'nginx.no-proxy': 'asked directly' },
    });
    await project.write('app.py', visits(1, true).replaceAll('data/', ''));
    await servers.ends('rolled-back', 'deploy', project);
    expect(await servers.box.get(8680)).toMatch(/version 0/);
    expect(
      await servers.box.on('systemctl is-active sockets.socket; systemctl is-enabled sockets.socket'),
    ).toBe('active\nenabled');
    await project.write('app.py', visits(2).replaceAll('data/', ''));
    await servers.ends('succeeded', 'deploy', project);
    expect(await servers.box.get(8680)).toMatch(/version 2/);
    expect(await servers.box.on('systemctl is-active sockets.socket; true')).toBe('inactive');

    // It is to listen elsewhere from now on, and fails there: the old version is proved where it listened.
    const moved = await servers.project('sockets', {
      manager: 'systemd',
      run: 'gunicorn -w 1 -b {bind} app:app',
      port: 8690,
      shared: ['visits.db'],
      acknowledge: { 'nginx.no-proxy': 'asked directly' },
    });
    await moved.write('app.py', visits(3, true).replaceAll('data/', ''));
    await servers.ends('rolled-back', 'deploy', moved);
    expect(await servers.box.get(8680)).toMatch(/version 2/);
  }, 600_000);
});
