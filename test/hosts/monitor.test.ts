import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Monitor } from '../../src/cli/output/schema.js';
import type { WatchState } from '../../src/domain/runbook/messages.js';
import { createSandbox, type SandboxServer } from '../../src/sandbox/index.js';
import { until } from '../../src/sandbox/wait.js';
import { connect } from '../../src/temporal/connect.js';
import { webhookSignature } from '../../src/notify/webhook.js';
import { belay } from '../incident/belay.js';
import { receiver } from '../notify/receiver.js';
import { describeOnServers, ownState } from '../on-servers.js';
import { temporaryFolder } from '../temporary.js';

const name = 'watched';

describeOnServers('an app that is watched', () => {
  ownState();
  let folder: string;
  let server: SandboxServer;
  let client: Client;
  let hook: Awaited<ReturnType<typeof receiver>>;
  const config = () => join(folder, 'source', 'belay.yml');

  beforeAll(async () => {
    folder = await temporaryFolder('belay-monitor-');
    hook = await receiver();
    const [up] = await Promise.all([
      belay(['up']),
      createSandbox({ name, like: 'plain' }).then((made) => (server = made)),
      writeSource(),
    ]);
    expect(up.code, up.stderr).toBe(0);
    client = await connect();
  });

  afterAll(async () => {
    await hook.close();
    await client.connection.close();
  });

  async function writeSource(): Promise<void> {
    await mkdir(join(folder, 'source'));
    await writeFile(join(folder, 'secret'), 's3cret\n');
    await writeFile(join(folder, 'source', 'index.html'), 'hello\n');
    const lines = [
      'app: words',
      `hosts: [${name}]`,
      'path: /srv/words',
      'user: www-data',
      'run: python3 -m http.server {port} --bind 127.0.0.1',
      'port: 9999',
      'soak: 0s',
      'rehearse: false',
      'approval: automatic',
      'notify:',
      `  - webhook: { url: "${hook.url}/belay", secret_file: ${join(folder, 'secret')} }`,
      '',
    ];
    await writeFile(config(), lines.join('\n'));
  }

  /** One more look, and what it came to. */
  async function look(): Promise<WatchState> {
    const schedule = client.schedule.getHandle(`belay/words/production/${name}/health`);
    const { info } = await schedule.describe();
    await schedule.trigger('SKIP');
    const again = async () => {
      const { numActionsTaken, runningActions, recentActions } = (await schedule.describe()).info;
      const done = numActionsTaken > info.numActionsTaken && runningActions.length === 0;
      return done ? recentActions.at(-1)?.action.workflow.workflowId : undefined;
    };
    const id = await until(again, { deadlineMs: 30_000, everyMs: 50 });
    return (await client.workflow.getHandle(id ?? '').result()) as WatchState;
  }

  async function status(): Promise<Monitor> {
    const { stdout } = await belay(['monitor', 'status', '--json', '--config', config()], server);
    return JSON.parse(stdout) as Monitor;
  }

  const titles = () => hook.received.map(({ body }) => (JSON.parse(body) as { title: string }).title);

  test('is told of once when a file is edited on the host by hand, and again when it is as it was', async () => {
    const deployed = await belay(['deploy', '--config', config()], server);
    expect(deployed.code, deployed.stdout + deployed.stderr).toBe(0);
    const about = `words on ${name} (production)`;
    expect(titles()).toEqual([`${about}: deploy succeeded`]);

    const on = await belay(['monitor', 'on', '--every', '24h', '--config', config()], server);
    expect(on.code, on.stdout + on.stderr).toBe(0);
    expect(on.stdout).toContain(`${about}: healthy`);

    await server.exec('cp -p /srv/words/index.html /root/kept; echo by hand >> /srv/words/index.html');
    expect((await look()).verdict).toBe('healthy');
    expect((await look()).verdict).toBe('troubled');
    await look();
    const { verdict, troubles } = await status();
    expect(verdict).toBe('troubled');
    expect(troubles.map(({ text }) => text)).toEqual([
      '/srv/words/index.html is not as it was deployed: it was changed on the host by hand',
    ]);
    expect(titles().slice(1)).toEqual([`${about}: alert: drift`]);

    await server.exec('cp -p /root/kept /srv/words/index.html');
    await look();
    expect(await look()).toMatchObject({ verdict: 'healthy', ailments: [], untold: [] });
    expect(titles().slice(1)).toEqual([`${about}: alert: drift`, `${about}: recovered, all is well`]);
    for (const { headers, body } of hook.received)
      expect(headers['belay-signature']).toBe(
        webhookSignature('s3cret', String(headers['belay-timestamp']), body),
      );

    // Looks are no deployments, and an end is an end.
    const listed = JSON.parse((await belay(['list', '--json'])).stdout) as unknown[];
    expect(listed).toHaveLength(1);
    expect((await belay(['monitor', 'off', '--config', config()], server)).code).toBe(0);
    expect((await status()).watched).toBe(false);
  }, 120_000);
});
