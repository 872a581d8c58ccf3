import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { inspect } from '../../../src/activities/steps/inspect.js';
import type { Dependencies } from '../../../src/activities/runtime/dependencies.js';
import type { InspectResult } from '../../../src/domain/runbook/activities.js';
import type { App, Reach } from '../../../src/domain/app/app.js';
import { makeApp } from '../../domain/make-app.js';
import { LocalSession } from '../../host/local-session.js';

const server = `
  const http = require('http');
  const server = http.createServer((request, response) => {
    response.statusCode = request.url === '/broken' ? 500 : 200;
    response.end('old');
  });
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));`;

let folder: string;
let path: string;
let child: ChildProcess;
let port: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belay-inspect-'));
  path = join(folder, 'my words');
  const release = `${path}.belay/releases/20261124T101500Z-1f0c9a2b`;
  await mkdir(`${release}/tree`, { recursive: true });
  await writeFile(
    `${release}/release.json`,
    JSON.stringify({ outcome: 'active', digest: 'd', when: '2026-11-24T10:15:00Z' }),
  );
  await writeFile(`${path}.belay/owner`, 'number=3\ndeployment=x\nby=me\nsince=1\nrenewed=2\nstate=free\n');
  await writeFile(`${path}.belay/lock`, '');
  await symlink(`my words.belay/releases/20261124T101500Z-1f0c9a2b/tree`, path);
  child = spawn(process.execPath, ['-e', server, '--', '--password', 'hunter2'], {
    cwd: path,
    env: { ...process.env, BELAY_RELEASE: '20261124T101500Z-1f0c9a2b', OTHER: 'hunter2' },
  });
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  port = Number(line.toString());
});

afterAll(async () => {
  child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

function look(app: Partial<App> = {}, more: Partial<Reach> = {}): Promise<InspectResult> {
  const hosts = { session: () => Promise.resolve(new LocalSession()), close: () => Promise.resolve() };
  const step = inspect({ hosts } as unknown as Dependencies);
  const input = {
    app: makeApp({ path, port, ...app }),
    reach: { alias: 'here', ...more },
    deployment: 'd',
    startedBy: 'me',
    release: 'r',
  };
  return new MockActivityEnvironment().run<[typeof input], InspectResult, typeof step>(step, input);
}

it('reads a real machine: the path, the release, who listens', async () => {
  const { facts } = await look();
  expect(facts.app).toMatchObject({
    kind: 'symlink',
    active: '20261124T101500Z-1f0c9a2b',
    parentWritable: true,
    releases: [{ release: '20261124T101500Z-1f0c9a2b', outcome: 'active', digest: 'd' }],
    fence: { number: 3, state: 'free', running: false },
  });
  expect(facts.listeners.filter((listener) => listener.port === port)).toEqual([
    { protocol: 'tcp', address: '127.0.0.1', port, pids: [child.pid] },
  ]);
  const found = facts.processes.find(({ pid }) => pid === child.pid);
  expect(found).toMatchObject({
    cwd: facts.app.realPath,
    release: '20261124T101500Z-1f0c9a2b',
    parent: process.pid,
  });
  expect(facts.system.bootId).toMatch(/^[0-9a-f-]{36}$/);
  expect(facts.disk?.availableBytes).toBeGreaterThan(0);
  expect(JSON.stringify(facts)).not.toContain('hunter2');
});

it('sees a change that runs, and a user that does not exist', async () => {
  const holder = spawn('flock', [`${path}.belay/lock`, 'sh', '-c', 'echo held; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  try {
    await once(holder.stdout, 'data');
    const { facts } = await look({ user: 'belay-nobody-has-this-name' });
    expect(facts.app.fence?.running).toBe(true);
    expect(facts.app.userExists).toBe(false);
  } finally {
    if (holder.pid !== undefined) process.kill(-holder.pid, 'SIGKILL');
  }
});

it('asks what the site answers now, errors and silence included', async () => {
  const url = `http://127.0.0.1:${port}/broken`;
  const { baseline } = await look({ verify: { internal: ['/', '/broken'], external: [url] } });
  expect(baseline).toEqual([
    { url: '/', status: 200 },
    { url: '/broken', status: 500 },
    { url, status: 500 },
  ]);
  const silent = await look({ port: 1, verify: { internal: ['/'], external: [] } });
  expect(silent.baseline).toEqual([
    { url: '/', status: null, error: expect.stringContaining('refused') as string },
  ]);
});

it('tells where a site’s name leads, where that is not here', async () => {
  const url = `http://words.example.test:${port}/`;
  const verify = { internal: ['/'], external: [url] };
  const { baseline } = await look({ verify }, { resolve: { 'words.example.test': '127.0.0.1' } });
  // Loopback is no address that a visitor could come to.
  expect(baseline[1]).toEqual({ url, status: 200, elsewhere: ['127.0.0.1'] });
});

it('tells apart a path that is absent, a folder and a file', async () => {
  const kind = async (name: string) => (await look({ path: join(folder, name) })).facts.app.kind;
  await mkdir(join(folder, 'there'));
  await writeFile(join(folder, 'file'), '');
  expect(await Promise.all(['absent/deeper', 'there', 'file'].map(kind))).toEqual([
    'absent',
    'directory',
    'other',
  ]);
});

it('fails where the worker cannot verify what will be served, before anything is changed', async () => {
  const verify = { internal: [], external: [`https://127.0.0.1:${port}/`] };
  await expect(look({ verify }, { caFile: '/nowhere/ca.pem' })).rejects.toMatchObject({
    type: 'Configuration',
    message: expect.stringContaining('certificate authorities (PEM) in /nowhere/ca.pem') as string,
  });
});
