import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { survey } from '../../../src/activities/besides/survey.js';
import type { Dependencies } from '../../../src/activities/runtime/dependencies.js';
import { folderStore } from '../../../src/artifact/folder-store.js';
import { pack } from '../../../src/artifact/pack.js';
import type { SurveyInput, SurveyResult } from '../../../src/domain/environment/survey.js';
import { LocalSession } from '../../host/local-session.js';
import { programs } from '../staging-host.js';
import { closed } from '../../closed.js';

let folder: string;
let site: Server;
let port: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'belay-survey-'));
  site = createServer((request, response) => {
    response.statusCode = request.url === '/' ? 404 : 200;
    response.end(request.headers.host);
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  port = (site.address() as AddressInfo).port;
});

afterAll(async () => {
  await closed(site);
  await rm(folder, { recursive: true });
});

async function look(input: Partial<SurveyInput>, shell?: string[]): Promise<SurveyResult> {
  const hosts = {
    session: () => Promise.resolve(new LocalSession({ shell })),
    close: () => Promise.resolve(),
  };
  const artifacts = folderStore(join(folder, 'artifacts'));
  const step = survey({ hosts, artifacts } satisfies Dependencies);
  const whole = { reach: { alias: 'here' }, startedBy: 'me', ...input };
  return new MockActivityEnvironment().run<[SurveyInput], SurveyResult, typeof step>(step, whole);
}

it.each(programs)(
  'reads this machine by %s programs: who listens on it, its interpreters and disks, and not itself',
  { timeout: 60_000 },
  async (_, shell) => {
    process.env['BELAY_SURVEY_SECRET'] = 'planted';
    const { survey: found, hostOnly, answers } = await look({ folders: true }, shell);
    expect(found.listeners.find((listener) => listener.port === port)?.pids).toEqual([process.pid]);
    expect(found.processes.find(({ pid }) => pid === process.pid)?.cwd).toBe(process.cwd());
    const here = found.folders.find((each) => each.folder === process.cwd())?.entries;
    expect(here).toContainEqual({ path: 'package.json', size: statSync('package.json').size });
    expect(here?.map(({ path }) => path)).toContain('src/domain/');
    expect(found.machine.disks.length).toBeGreaterThan(0);
    expect(found.machine.interpreters.map(({ version }) => version)).toContain(process.version);
    const own = found.processes.filter(({ parent }) => parent === process.pid);
    expect(own.filter(({ command }) => command.join(' ').includes('belay-whole'))).toEqual([]);
    expect(JSON.stringify(found)).not.toContain('planted');
    expect([hostOnly, answers]).toEqual([[], []]);
  },
);

it('tells which files only the host has, and what pages answer now', { timeout: 60_000 }, async () => {
  const source = join(folder, 'source');
  const path = join(folder, 'words');
  for (const at of [source, path]) {
    await mkdir(at);
    await writeFile(join(at, 'app.py'), '');
  }
  await writeFile(join(path, '.env'), 'x');
  const packed = await pack({ source });
  await folderStore(join(folder, 'artifacts')).put(packed);
  const ask = { bind: { kind: 'port' as const, port }, name: 'words.example.test', pages: ['/', '/health'] };
  const { survey: found, hostOnly, answers } = await look({ path, artifact: packed.manifest.digest, ask });
  expect(found.app).toMatchObject({ kind: 'directory', realPath: path });
  expect(hostOnly).toMatchObject([{ path: '.env', size: 1, fate: 'uncovered' }]);
  expect(answers).toEqual([
    { page: '/', status: 404 },
    { page: '/health', status: 200 },
  ]);
});
