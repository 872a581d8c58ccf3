import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { expect, test, onTestFinished, vi } from 'vitest';
import { searchAttributeNames } from '../../src/domain/runbook/messages.js';
import { embedded, startEmbedded, stopEmbedded, type Embedded } from '../../src/temporal/server/embedded.js';
import { locateCli } from '../../src/temporal/cli/find.js';
import { isAlive } from '../../src/temporal/process-id.js';
import { stateFolder } from '../../src/temporal/state.js';
import { ownStateFolder, said, say } from './home.js';
import { closed } from '../closed.js';

ownStateFolder();

test('from cold it serves within seconds, keeps history for 90 days and knows the search attributes', async () => {
  const began = performance.now();
  const { server, started } = await startEmbedded(say);
  console.log(`cold start: ${((performance.now() - began) / 1000).toFixed(2)} s`);
  expect(started).toBe(true);
  expect(performance.now() - began).toBeLessThan(15_000);

  await withConnection(server, async (connection) => {
    const { config } = await connection.workflowService.describeNamespace({ namespace: 'default' });
    expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(90 * 86_400);
    const { customAttributes } = await connection.operatorService.listSearchAttributes({
      namespace: 'default',
    });
    for (const name of Object.values(searchAttributeNames)) expect(customAttributes[name]).toBe(2);
    // They are usable at once, which is what a deployment's start needs.
    await startWorkflow(connection, 'uses-attributes');
  });
  expect((await fetch(server.ui)).status).toBe(200);
  // Others on this machine can read neither the history nor the state.
  expect((await stat(stateFolder())).mode & 0o777).toBe(0o700);
  expect((await stat(join(stateFolder(), 'temporal.json'))).mode & 0o777).toBe(0o600);
});

test('of two starts at once one starts it; a third finds it running', async () => {
  const both = await Promise.all([startEmbedded(say), startEmbedded(say)]);
  expect(both.map(({ started }) => started).sort()).toEqual([false, true]);
  const third = await startEmbedded(say);
  expect(third.started).toBe(false);
  expect(new Set([...both, third].map(({ server }) => server.pid)).size).toBe(1);
});

test('after kill -9 it starts again on the same ports, and histories are still there', async () => {
  const { server } = await startEmbedded(say);
  await withConnection(server, (connection) => startWorkflow(connection, 'survivor'));
  process.kill(server.pid, 'SIGKILL');
  await expect.poll(() => isAlive(server)).toBe(false);
  expect(embedded()).toBeUndefined();

  const again = await startEmbedded(say);
  expect(again.started).toBe(true);
  expect(again.server.address).toBe(server.address);
  await withConnection(again.server, async (connection) => {
    const history = await new Client({ connection }).workflow.getHandle('survivor').fetchHistory();
    expect(history.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name).toBe('deploy');
  });
});

test('a database from before the search attributes and the retention is brought up to date', async () => {
  const cli = (await locateCli())?.path ?? 'temporal';
  const old = spawn(
    cli,
    [
      'server',
      'start-dev',
      '--headless',
      '--port',
      '7391',
      '--db-filename',
      join(stateFolder(), 'temporal.db'),
    ],
    { stdio: 'ignore' },
  );
  try {
    await expect
      .poll(
        () => withConnection({ address: '127.0.0.1:7391' }, () => Promise.resolve(true)).catch(() => false),
        { timeout: 30_000 },
      )
      .toBe(true);
  } finally {
    old.kill();
    await once(old, 'exit');
  }

  const { server } = await startEmbedded(say);
  await withConnection(server, async (connection) => {
    const { config } = await connection.workflowService.describeNamespace({ namespace: 'default' });
    expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(90 * 86_400);
    await startWorkflow(connection, 'uses-attributes');
  });
});

test('a state file whose pid belongs to another process now is no running server, and that process is left alone', async () => {
  const other = spawn('sleep', ['300'], { stdio: 'ignore' });
  try {
    const stale = {
      pid: other.pid,
      started: 'another-boot/12345',
      port: 7233,
      uiPort: 8233,
      address: '127.0.0.1:7233',
    };
    await writeFile(join(stateFolder(), 'temporal.json'), JSON.stringify(stale));
    expect(embedded()).toBeUndefined();
    expect(await stopEmbedded(say)).toBeUndefined();
    const { server, started } = await startEmbedded(say);
    expect(started).toBe(true);
    expect(server.pid).not.toBe(other.pid);
    expect(other.exitCode).toBeNull();
    process.kill(other.pid ?? 0, 0);
  } finally {
    other.kill();
  }
});

test('a damaged state file is written anew', async () => {
  await writeFile(join(stateFolder(), 'temporal.json'), '{"pid": 12');
  expect((await startEmbedded(say)).started).toBe(true);
  expect(JSON.parse(await readFile(join(stateFolder(), 'temporal.json'), 'utf8'))).toMatchObject({
    pid: embedded()?.pid,
  });
});

test('a port that was asked for and is taken is an error that names who holds it', async () => {
  const squatter = createServer().listen(0, '127.0.0.1');
  await once(squatter, 'listening');
  onTestFinished(() => closed(squatter));
  const { port } = squatter.address() as AddressInfo;
  vi.stubEnv('BELAY_TEMPORAL_PORT', String(port));
  await expect(startEmbedded(say)).rejects.toThrow(
    new RegExp(
      `port ${port}, set by BELAY_TEMPORAL_PORT, is held by .*\\(pid ${process.pid}\\); end that, or set`,
    ),
  );
});

test('two state folders work side by side on ports of their own', async () => {
  const first = await startEmbedded(say);
  const folder = stateFolder();
  const second = await mkdtemp(join(tmpdir(), 'belay-state-'));
  vi.stubEnv('BELAY_STATE_DIR', second);
  try {
    const { server } = await startEmbedded(say);
    expect(server.address).not.toBe(first.server.address);
    expect(server.ui).not.toBe(first.server.ui);
  } finally {
    await stopEmbedded(say);
    vi.stubEnv('BELAY_STATE_DIR', folder);
    await rm(second, { recursive: true, force: true });
  }
  expect(embedded()?.pid).toBe(first.server.pid);
});

test('stopped, it is gone; stopped again, nothing happens', async () => {
  const { server } = await startEmbedded(say);
  expect((await stopEmbedded(say))?.pid).toBe(server.pid);
  expect(isAlive(server)).toBe(false);
  expect(await stopEmbedded(say)).toBeUndefined();
});

test('a CLI that ends at once is an error with its last words', async () => {
  const broken = join(stateFolder(), 'broken');
  await writeFile(
    broken,
    '#!/bin/sh\n[ "$1" = --version ] && { echo temporal version 0; exit; }\necho the disk is on fire >&2; exit 3\n',
    {
      mode: 0o755,
    },
  );
  vi.stubEnv('BELAY_TEMPORAL_CLI', broken);
  await expect(startEmbedded(say)).rejects.toThrow(/the disk is on fire/);
  expect(said.join('\n')).not.toContain('undefined');
});

async function withConnection<T>(
  { address }: Pick<Embedded, 'address'>,
  use: (connection: Connection) => Promise<T>,
) {
  const connection = await Connection.connect({ address, connectTimeout: 2000 });
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}

async function startWorkflow(connection: Connection, workflowId: string) {
  await new Client({ connection }).workflow.start('deploy', {
    workflowId,
    taskQueue: 'nobody',
    typedSearchAttributes: Object.values(searchAttributeNames).map((name) => ({
      key: defineSearchAttributeKey(name, SearchAttributeType.KEYWORD),
      value: 'x',
    })),
  });
}
