import { expect, test } from 'vitest';
import type { Outcome } from '../../src/cli/output/schema.js';
import { storePy, writingApp, writingServer } from './five-kinds/app.js';
import { startLoad } from './five-kinds/load.js';
import type { Project, Version } from './servers/app.js';
import { Servers } from './servers/harness.js';
import { describeOnServers } from '../on-servers.js';

interface Kind {
  name: string;
  port: number;
  files: (version: Version) => Record<string, string>;
  /** Starts the first version, whose files are there, as this kind of server does. */
  start: string;
  settings: Record<string, unknown>;
  /** Prints what keeps the app: it is as before once the first version is back. */
  kept: string;
}

/**
 * Kinds of servers as they are found, each deployed, broken and rolled back while visitors ask and write 50 times a second: what
 * was answered as stored is there afterwards, and the outage that is said is the one that visitors had.
 */
describeOnServers('five kinds of servers under load', () => {
  const servers = new Servers('five');

  const goes = async (kind: Kind): Promise<void> => {
    const { box } = servers;
    const { name, port, files } = kind;
    await box.lay(name, files({ number: 0 }));
    await box.on(`cat >/opt/marks.py <<'END'
${marksPy}END
      install -d -o ${name} -g ${name} -m 2770 /srv/${name}/data
      su ${name} -c 'python3 /opt/marks.py /srv/${name}/data/app.db make'
      echo 'server { listen 80; server_name ${name}.example.test; location / { proxy_pass http://127.0.0.1:${port}; } }' >/etc/nginx/sites-enabled/${name}
      systemctl reload nginx
      ${kind.start}`);
    await box.until(`curl -fs http://127.0.0.1:${port}/`);
    const before = await box.on(kind.kept);
    const settings = {
      site: `${name}.example.test`,
      user: name,
      verify: { internal: ['/', '/shop'] },
      shared: ['data'],
      discard: ['__pycache__', 'out.log', 'start.sh'],
      ...kind.settings,
    };
    const project = await servers.project(name, settings);
    // It serves well until it is watched.
    const failing = await servers.project(name, { ...settings, soak: '10m' });
    const stored: string[] = [];
    const under = async (act: () => Promise<Outcome>): Promise<Outcome> => {
      const stop = startLoad({ address: box.server.address, name });
      let seen = 0;
      const outcome = await act().finally(async () => {
        const load = await stop();
        stored.push(...load.stored);
        seen = load.outage;
      });
      // Visitors ask each page 17 times a second, belay all of them ten times, and both share a machine with others.
      expect(outcome.outages).not.toBeNull();
      expect(Math.abs(outcome.downtimeSeconds - seen), JSON.stringify([seen, outcome.outages])).toBeLessThan(
        1 + seen / 5,
      );
      return outcome;
    };

    await write(project, files({ number: 1 }));
    await under(() => servers.ends('succeeded', 'deploy', project));
    expect(await box.visit(name)).toBe('version 1');
    await write(failing, files({ number: 2, broken: true }));
    const broken = await under(async () => {
      const deploying = servers.ends('rolled-back', 'deploy', failing);
      await box.until(`curl -s -H 'Host: ${name}.example.test' http://127.0.0.1/ | grep 'version 2'`);
      await box.on(`touch /srv/${name}/data/fail`);
      return deploying;
    });
    expect(broken.cause).toContain('/shop');
    const failed = (broken.outages ?? []).flatMap(({ pages }) => pages.map(({ page }) => page));
    expect(failed).toContain(`http://${name}.example.test/shop`);
    expect(await box.visit(name)).toBe('version 1');
    await under(() => servers.ends('succeeded', 'rollback', project));
    expect(await box.visit(name)).toBe('version 0');
    expect(await box.on(kind.kept)).toBe(before);

    const rows = new Set((await box.on(`python3 /opt/marks.py /srv/${name}/data/app.db list`)).split('\n'));
    expect(stored.length).toBeGreaterThan(100);
    expect(stored.filter((mark) => !rows.has(mark))).toEqual([]);
  };

  const python = (version: Version) => ({ 'app.py': writingApp(version) });
  const gunicorn = { run: 'gunicorn -w 2 -b {bind} app:app' };

  test('supervisor', async () => {
    await goes({
      name: 'fivesup',
      port: 9110,
      files: python,
      start: `cat >/etc/supervisor/conf.d/fivesup.conf <<'END'
[program:fivesup]
command=gunicorn -w 2 -b 127.0.0.1:9110 app:app
directory=/srv/fivesup
user=fivesup
environment=GREETING="hello"
[program:sleeper]
command=sleep 100000
END
      systemctl start supervisor`,
      settings: gunicorn,
      kept: `cat /etc/supervisor/conf.d/fivesup.conf; supervisorctl status | awk '{ print $1, $2 }'; ${given(9110)}`,
    });
  }, 600_000);

  test('a unit of its own, with SQLite', async () => {
    await goes({
      name: 'fiveunit',
      port: 9120,
      files: python,
      start: `cat >/etc/systemd/system/fiveunit.service <<'END'
[Service]
User=fiveunit
WorkingDirectory=/srv/fiveunit
ExecStart=/usr/bin/gunicorn -w 2 -b 127.0.0.1:9120 app:app
Environment=GREETING=hello
Restart=always
[Install]
WantedBy=multi-user.target
END
      systemctl daemon-reload; systemctl enable --quiet --now fiveunit`,
      settings: gunicorn,
      kept: `cat /etc/systemd/system/fiveunit.service; systemctl is-active fiveunit; systemctl is-enabled fiveunit; ${given(9120)}`,
    });
  }, 600_000);

  test('by hand, beside a pm2 entry, a cron line and a unit that would start it too', async () => {
    const byHand = 'gunicorn -w 2 -b 127.0.0.1:9130 app:app';
    await goes({
      name: 'fivehand',
      port: 9130,
      files: python,
      start: `cat >/etc/systemd/system/fivehand.service <<'END'
[Service]
User=fivehand
WorkingDirectory=/srv/fivehand
ExecStart=/usr/bin/${byHand}
[Install]
WantedBy=multi-user.target
END
      systemctl daemon-reload; systemctl enable --quiet fivehand
      echo '@reboot cd /srv/fivehand && exec ${byHand}' | crontab -u fivehand -
      printf '#!/bin/sh\\nexec ${byHand}\\n' >/srv/fivehand/start.sh; chmod 755 /srv/fivehand/start.sh
      su - fivehand -c 'cd /srv/fivehand && pm2 start ./start.sh --name fivehand --silent && pm2 stop fivehand --silent && pm2 save --silent' </dev/null
      su - fivehand -c 'cd /srv/fivehand; GREETING=hello nohup ${byHand} >out.log 2>&1 &' </dev/null`,
      settings: gunicorn,
      kept: `systemctl is-active fivehand; systemctl is-enabled fivehand; crontab -u fivehand -l; ${servers.box.entries('fivehand', 'fivehand')}; ${given(9130)}`,
    });
  }, 600_000);

  test('a socket unit that starts it', async () => {
    await goes({
      name: 'fivesock',
      port: 9140,
      files: python,
      start: `cat >/etc/systemd/system/fivesock.socket <<'END'
[Socket]
ListenStream=127.0.0.1:9140
[Install]
WantedBy=sockets.target
END
      cat >/etc/systemd/system/fivesock.service <<'END'
[Service]
User=fivesock
WorkingDirectory=/srv/fivesock
Environment=GREETING=hello
ExecStart=/usr/bin/gunicorn -w 2 app:app
END
      systemctl daemon-reload; systemctl enable --quiet --now fivesock.socket`,
      settings: gunicorn,
      kept: `cd /etc/systemd/system; cat fivesock.socket fivesock.service; systemctl is-active fivesock.socket; systemctl is-enabled fivesock.socket; ${given(9140)}`,
    });
  }, 600_000);

  test('pm2’s cluster, beside a neighbour', async () => {
    await goes({
      name: 'fiveclus',
      port: 9150,
      files: (version) => ({ 'server.js': writingServer(version), 'store.py': storePy }),
      start: `mkdir -p /opt/fiveclus; echo 'setInterval(() => {}, 1000)' >/opt/fiveclus/beside.js
      su - fiveclus -c 'cd /opt/fiveclus && pm2 start beside.js --name beside --silent && cd /srv/fiveclus &&
        GREETING=hello PORT=9150 pm2 start server.js --name fiveclus -i 2 --silent && pm2 save --silent' </dev/null`,
      settings: { run: 'node server.js' },
      // pm2 counts each restart of an entry that keeps the app.
      kept: `su - fiveclus -c 'pm2 pid beside' </dev/null; ${servers.box.entries('fiveclus', 'fiveclus')} | sed -E 's/online [0-9]+/online/g'; ${given(9150)}`,
    });
  }, 600_000);
});

async function write(project: Project, files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) await project.write(name, text);
}

/** `make` lays a database, `list` tells what is in it. */
const marksPy = `import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
if sys.argv[2] == 'make':
    database.execute('create table marks (mark text)')
else:
    print('\\n'.join(mark for mark, in database.execute('select mark from marks')))
`;

/** A command that prints what the keeper gave to whoever listens there. */
function given(port: number): string {
  return `for pid in $(ss -Hltnp 'sport = :${port}' | grep -o 'pid=[0-9]*' | tr -d a-z=); do tr '\\0' '\\n' </proc/$pid/environ | grep '^GREETING='; done | sort -u`;
}
