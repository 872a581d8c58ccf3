import { expect, it } from 'vitest';
import { wordsFacts } from '../../fixtures/facts/load.js';

const facts = wordsFacts();

it('reads the host itself', () => {
  expect(facts.system).toMatchObject({
    os: 'Debian GNU/Linux 12 (bookworm)',
    init: 'systemd',
    user: 'root',
    root: true,
    clockTicks: 100,
  });
  expect(facts.system.now).toBeGreaterThan(1_700_000_000);
  expect(facts.tools).toMatchObject({ flock: '/usr/bin/flock', git: null });
  expect(facts.disk?.availableBytes).toBeGreaterThan(1e9);
  expect(facts.unreadable).toEqual([]);
});

it('reads who listens where, works where, and is kept by what', () => {
  const listener = facts.listeners.find(({ port }) => port === 9999);
  expect(listener).toMatchObject({ protocol: 'tcp', address: '127.0.0.1' });
  expect(listener?.pids).toHaveLength(3);
  const master = facts.processes.find(({ pid }) => pid === listener?.pids[0]);
  expect(master).toMatchObject({
    user: 'root',
    cwd: '/srv/words',
    command: ['/usr/bin/python3', '/usr/bin/gunicorn', '-w', '2', '-b', '127.0.0.1:9999', 'app:app'],
    cgroup: '/system.slice/session-9.scope',
  });
  const blog = facts.processes.find(({ cwd }) => cwd === '/srv/blog');
  expect(blog?.cgroup).toBe('/system.slice/blog.service');
});

it('reads nginx with file and line, upstreams and named locations resolved', () => {
  expect(facts.nginx).toMatchObject({ version: '1.22.1', running: true, changedSinceLoad: false });
  const [blog, words] = facts.nginx?.servers ?? [];
  expect(words?.names).toEqual(['words.example.test', 'www.words.example.test']);
  expect(words?.locations[0]).toEqual({
    modifier: '',
    pattern: '/',
    backends: [{ kind: 'tcp', address: '127.0.0.1', port: 9999 }],
    where: '/etc/nginx/sites-enabled/words:4',
  });
  expect(blog?.locations.map(({ pattern, backends }) => [pattern, backends])).toEqual([
    ['/', [{ kind: 'tcp', address: '127.0.0.1', port: 8080 }]],
    ['@app', [{ kind: 'tcp', address: '127.0.0.1', port: 8080 }]],
  ]);
});

it('reads pm2’s entries, without any value of their environment but PORT', () => {
  expect(facts.pm2).toHaveLength(1);
  expect(facts.pm2[0]).toMatchObject({
    user: 'root',
    home: '/root/.pm2',
    command: '/usr/local/bin/pm2',
    dumpMatches: true,
  });
  expect(
    facts.pm2[0]?.entries.map(({ name, mode, port, cronRestart }) => [name, mode, port, cronRestart]),
  ).toEqual([
    ['words', 'fork', '3000', '*/2 * * * *'],
    ['clus', 'cluster', '3100', undefined],
    ['jobs', 'fork', '3000', undefined],
  ]);
});

it('reads cron lines, and blanks out secrets of those that are not about the app', () => {
  const own = facts.cron.filter(({ source }) => source === 'crontab:root');
  expect(own.map(({ line, command }) => [line, command])).toEqual([
    [2, 'cd /srv/words && gunicorn -D -b 0.0.0.0:3000 app:app'],
    [3, 'tar czf /var/backups/words.tgz /srv/words'],
    [4, '/srv/words/start.sh'],
    [5, "curl -H '…' https://example.test/ping"],
  ]);
  expect(facts.cron.find(({ source }) => source === '/etc/cron.d/words')).toEqual({
    source: '/etc/cron.d/words',
    line: 1,
    text: '* * * * * www-data systemctl restart words-old',
    command: 'systemctl restart words-old',
  });
});

it('reads units that touch the app, and timers that start them', () => {
  const units = new Map(facts.units.map((unit) => [unit.unit, unit]));
  expect(units.get('words-old.service')).toMatchObject({
    enabled: 'enabled',
    active: 'inactive',
    workingDirectory: '/srv/words',
    execStart: '/usr/bin/gunicorn -b 127.0.0.1:9999 --env API_TOKEN=… app:app',
    port: '9999',
  });
  expect(units.get('words-keeper.service')?.triggeredBy).toEqual(['words-keeper.timer']);
  expect(units.get('words-keeper.timer')).toMatchObject({ active: 'active', enabled: 'enabled' });
  expect(units.has('belay-words.service')).toBe(false);
});
