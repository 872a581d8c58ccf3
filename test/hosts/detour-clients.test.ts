import { beforeAll, expect, test } from 'vitest';
import type { Outcome } from '../../src/cli/output/schema.js';
import { until } from '../../src/sandbox/wait.js';
import { describeOnServers } from '../on-servers.js';
import { download, startClient, talk, upload, type Answer, type Client } from './detour/clients.js';
import { layLiveApp, liveApp } from './detour/live-app.js';
import { Servers } from './servers/harness.js';

/** Clients of every kind, through nginx with TLS, while two versions are led past each other. */
describeOnServers('across a detour', () => {
  const servers = new Servers('box6');

  beforeAll(async () => {
    await layLiveApp(servers.box);
  }, 60_000);

  const settings = {
    unit: 'live.service',
    site: 'live.example.test',
    acknowledge: { 'nginx.no-https': 'a throw-away server' },
  };

  /** Deploys a version, and tells when visitors are there. */
  async function deploying(version: string, drain: string, visitors: Client) {
    const project = await servers.project('live', { ...settings, soak: '3s', drain });
    await project.write('app.py', liveApp(version));
    const ended = servers.ends('succeeded', 'deploy', project);
    const led = await until(
      () => Promise.resolve(visitors.answers.find((answer) => answer.version === version)?.at),
      { deadlineMs: 120_000, everyMs: 50 },
    );
    if (led === undefined) throw new Error(JSON.stringify(await ended));
    return { ended, led };
  }

  const failed = (answers: readonly Answer[]) => answers.filter(({ status }) => status !== 200);

  test('kept connections, HTTP/2, POSTs, long polls, uploads and downloads of 100 MB: none is cut', async () => {
    const { server } = servers.box;
    const clients = [
      startClient('http1', server),
      startClient('http2', server),
      startClient('http1', server, '/poll', 1000),
      startClient('http2', server, '/poll', 1000),
    ] as const;
    const before = [upload(server, 100e6, 4e6), download(server, 5e6)] as const;
    const { ended, led } = await deploying('one', '60s', clients[0]);
    // Begun beside the release, ended after nginx was led away from there.
    const meanwhile = [upload(server, 100e6, 2.5e6), download(server, 5e6)] as const;
    const outcome: Outcome = await ended;
    expect(outcome.steps.map(({ name }) => name)).toContain('leaveDetour');
    expect(outcome.downtimeSeconds).toBe(0);
    for (const [sent, got] of [before, meanwhile]) {
      expect(await sent).toMatchObject({ status: 200, text: '100000000' });
      expect(await got).toBe(100e6);
    }
    for (const client of clients) {
      const answers = await client.stop();
      expect(failed(answers)).toEqual([]);
      expect(new Set(answers.map(({ version }) => version))).toEqual(new Set(['zero', 'one']));
    }
    expect(led).toBeLessThan(Date.now());
  }, 300_000);

  test('a websocket lives until `drain` is over, at the old version and once more at the spare address', async () => {
    const { server } = servers.box;
    const visitors = startClient('http1', server);
    const first = await talk(server);
    const { ended, led } = await deploying('two', '15s', visitors);
    const second = await talk(server);
    await until(() => Promise.resolve(first.cutAt), { deadlineMs: 120_000, everyMs: 50 });
    expect((first.cutAt ?? 0) - led).toBeGreaterThan(14_000);
    const third = await talk(server);
    await until(() => Promise.resolve(second.cutAt), { deadlineMs: 120_000, everyMs: 50 });
    expect((second.cutAt ?? 0) - (first.cutAt ?? 0)).toBeGreaterThan(14_000);
    await ended;
    const last = await talk(server);
    await until(() => Promise.resolve(last.version), { deadlineMs: 10_000, everyMs: 50 });
    expect([first.version, second.version, third.version, last.version]).toEqual([
      'one',
      'two',
      'two',
      'two',
    ]);
    expect(last.cutAt).toBeUndefined();
    for (const each of [third, last]) each.end();
    expect(failed(await visitors.stop())).toEqual([]);
  }, 300_000);
});
