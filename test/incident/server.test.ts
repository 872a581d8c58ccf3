import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { createSandbox, type SandboxServer } from '../../src/sandbox/index.js';
import { startLoad } from '../../src/sandbox/load.js';
import { readStatus } from './server-state.js';
import { describeOnServers, ownState } from '../on-servers.js';

describeOnServers('the incident’s server', () => {
  ownState();
  let server: SandboxServer;

  beforeAll(async () => {
    server = await createSandbox({ name: 'words1', like: 'incident' });
  });

  test('it is as it was on that evening', async () => {
    const status = await readStatus(server);
    expect(status.app).toMatchObject({
      argv: ['/usr/bin/python3', '/usr/bin/gunicorn', '-w', '2', '-b', '127.0.0.1:9999', 'app:app'],
      cwd: '/srv/words',
      user: 'www-data',
      env: { WORDS_GREETING: 'Welcome back' },
    });
    expect(status.pm2).toEqual([{ name: 'words', status: 'online' }]);
    expect(status.pm2Saved).toEqual(status.pm2);
    expect(status.crontab.filter((line) => line.includes('/srv/words'))).toHaveLength(1);
    expect(status.words).toEqual({ enabled: 'enabled', active: 'inactive' });
    expect(status.other.page).toBe('the other site');
    expect(status.path).toMatchObject({ kind: 'directory', secrets: 'WORDS_SECRET=only-on-this-server' });
    expect(status.path.visits).toBeGreaterThan(1_000);
    expect(status.belay).toEqual([]);
  });

  test('visitors get the old version by https, and its outages are seen', async () => {
    const url = 'https://words.example.test/tools/word-counter';
    const load = startLoad({ url, address: server.address, caFile: server.caFile });
    await sleep(500);
    await server.exec('systemctl stop nginx; sleep 0.5; systemctl start nginx');
    await sleep(500);
    const { answers, failures, outageSeconds, versions } = await load.stop();
    expect(answers.length).toBeGreaterThan(50);
    expect(versions).toEqual(['1']);
    // Those that were being answered just then are hung up on.
    expect(failures.map(({ error }) => error)).toContainEqual(expect.stringMatching(/ECONNREFUSED/));
    expect(outageSeconds).toBeGreaterThan(0.4);
    expect(outageSeconds).toBeLessThan(30);
    expect(answers.at(-1)).toMatchObject({ status: 200, version: '1' });
  });

  test('what listens on the wrong port comes back when it is ended', async () => {
    const pid = (await server.exec('pm2 pid words')).stdout.trim();
    await server.exec(`kill -9 ${pid}`);
    await expect
      .poll(async () => (await server.exec('pm2 pid words')).stdout.trim(), { timeout: 30_000 })
      .not.toMatch(new RegExp(`^(0|${pid}|)$`));
    await expect.poll(async () => (await readStatus(server)).port3000, { timeout: 30_000 }).toBe(true);
  });
});
