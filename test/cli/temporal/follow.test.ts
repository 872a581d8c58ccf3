import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { execa, type ResultPromise } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { follow, type Followed } from '../../../src/cli/temporal/follow.js';
import type { UserError } from '../../../src/cli/terminal/user-error.js';
import { taskQueue } from '../../../src/domain/runbook/messages.js';
import { dataConverter as converterWith } from '../../../src/temporal/codec/codec.js';
import { temporalCli } from '../../temporal-cli.js';
import { deployInput } from '../../workflows/fakes.js';
import { until } from '../../until.js';

describe('following through a restart of Temporal', { timeout: 90_000 }, () => {
  let folder: string;
  let database = 'db';
  let port: number;
  let server: ResultPromise;
  let client: Client;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'belay-follow-'));
    port = await freePort();
    await serve();
    client = new Client({ connection: await Connection.connect({ address: `127.0.0.1:${port}` }) });
  }, 60_000);
  afterAll(async () => {
    // The connection stays open: what the client means to repeat would find it closed, and throw where nobody can catch it.
    await kill();
    await rm(folder, { recursive: true, force: true });
  });

  it('says that it waits, goes on where it was, and ends with the run', async () => {
    const run = await start('belay/words/production/web1');
    const looks: Followed[] = [];
    const ended = (async () => {
      for await (const look of follow(client, run, { signal: new AbortController().signal }))
        looks.push(look);
    })();
    await until(() => looks.length > 0);
    expect(looks[0]).toMatchObject({ waiting: null, view: { state: 'running', app: 'words' } });

    await kill();
    await until(() => looks.at(-1)?.waiting != null);
    expect(looks.at(-1)?.waiting).toMatch(/^waiting for Temporal, which does not answer: /);
    expect(looks.at(-1)?.view.app).toBe('words');

    await serve();
    await until(() => looks.at(-1)?.waiting === null);
    await client.workflow.getHandle(run.workflowId, run.runId).terminate('done with it');
    await ended;
    expect(looks.at(-1)).toMatchObject({ waiting: null, view: { state: 'closed', ended: 'terminated' } });
  });

  it('ends at once where the user leaves', async () => {
    const run = await start('belay/words/production/web2');
    const leave = new AbortController();
    const began = Date.now();
    for await (const look of follow(client, run, { signal: leave.signal })) {
      expect(look.view.state).toBe('running');
      leave.abort();
    }
    expect(Date.now() - began).toBeLessThan(5_000);
  });

  it('says so where Temporal does not know the run', async () => {
    const run = { workflowId: 'belay/words/production/web9', runId: '01a20c3a-7cdf-7275-936d-5d64c10b9c05' };
    const error = await lastErrorOf(follow(client, run, { signal: new AbortController().signal }));
    expect(error).toMatchObject({ exitCode: 64 });
    expect(error.message).toContain('Temporal does not know belay/words/production/web9@');
  });

  it('says at once which key it lacks', async () => {
    const { connection } = client;
    const dataConverter = converterWith([{ id: '2026', bytes: randomBytes(32) }]);
    const run = await start('belay/words/production/web4', new Client({ connection, dataConverter }));
    const keyless = new Client({ connection, dataConverter: converterWith([]) });
    const error = await lastErrorOf(follow(keyless, run, { signal: new AbortController().signal }));
    expect(error).toMatchObject({ exitCode: 1 });
    expect(error.message).toContain('encrypted with the key 2026; no key is configured here. Configure it');
  });

  it('says what is left to do where Temporal no longer knows what it knew', async () => {
    const run = await start('belay/words/production/web5');
    let seen = false;
    const following = (async () => {
      for await (const look of follow(client, run, { signal: new AbortController().signal }))
        seen = look.view.state === 'running';
      throw new Error('it ended without an error');
    })().catch((error: unknown) => error as UserError);
    await until(() => seen);
    await kill();
    database = 'a-new-one';
    await serve();
    const error = await following;
    expect(error).toMatchObject({ exitCode: 4 });
    expect(error.message).toMatch(/no longer knows belay\/words\/production\/web5@.*belay recover/);
  });

  it('gives up with exit code 8 where Temporal stays away', async () => {
    const run = await start('belay/words/production/web3');
    await kill();
    const error = await lastErrorOf(
      follow(client, run, { signal: new AbortController().signal, patienceMs: 1000 }),
    );
    expect(error).toMatchObject({ exitCode: 8 });
    expect(error.message).toContain('belay watch belay/words/production/web3');
  });

  async function start(workflowId: string, by = client) {
    const handle = await by.workflow.start('deploy', { workflowId, taskQueue, args: [deployInput()] });
    return { workflowId, runId: handle.firstExecutionRunId };
  }

  async function serve(): Promise<void> {
    const args = [
      'server',
      'start-dev',
      '--headless',
      '--port',
      String(port),
      '--db-filename',
      join(folder, database),
    ];
    server = execa(await temporalCli(), [...args, '--log-level', 'error'], {
      reject: false,
      stdio: 'ignore',
    });
    await until(async () => {
      try {
        const connection = await Connection.connect({ address: `127.0.0.1:${port}`, connectTimeout: 1000 });
        await connection.workflowService.describeNamespace({ namespace: 'default' });
        await connection.close();
        return true;
      } catch {
        return false;
      }
    });
  }

  async function kill(): Promise<void> {
    server.kill('SIGKILL');
    await server;
  }
});

async function lastErrorOf(looks: AsyncGenerator<Followed>): Promise<UserError> {
  try {
    for await (const look of looks) expect(look.view.state).toBe('running');
  } catch (error) {
    return error as UserError;
  }
  throw new Error('it ended without an error');
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
