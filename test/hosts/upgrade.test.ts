import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { environmentOf } from '../../src/sandbox/environment.js';
import type { SandboxServer } from '../../src/sandbox/index.js';
import { belay, type Called } from '../incident/belay.js';
import { describeOnServers, ownState } from '../on-servers.js';
import { makeProject, yml, type Project } from './bad-input/project.js';
import { createSite, fresh, running, serverPy, visit } from './bad-input/site.js';

/** A version that people have: what it left on hosts and in histories is gone on with. */
const earlier = '2b7a02d';

const dies = { app: 'fresh', ...fresh, port: null };
const dying = serverPy.replace(
  'http.server.ThreadingHTTPServer',
  'import os, threading; threading.Timer(45, os._exit, [3]).start()\nhttp.server.ThreadingHTTPServer',
);

describeOnServers('belay is replaced by this version while the earlier one deploys', () => {
  ownState();
  let server: SandboxServer;
  let folder: string;
  const projects: Project[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'belay-earlier-'));
    const archive = execFileSync('git', ['archive', earlier], { maxBuffer: 1 << 28 });
    execFileSync('tar', ['-x', '-C', folder], { input: archive });
    await symlink(resolve('node_modules'), join(folder, 'node_modules'));
    await execa(process.execPath, ['scripts/build.mjs'], { cwd: folder });
    server = await createSite();
    // Two apps: once this version has been at work, the earlier one does not deploy there any more.
    for (const settings of [{}, dies]) {
      const { config } = await project(settings, '2');
      const first = await before('deploy', '--yes', '--json', '--config', config);
      expect(first.exitCode, first.stderr).toBe(0);
    }
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await Promise.all(projects.map((one) => one.remove()));
  });

  const before = (...args: string[]) =>
    execa(process.execPath, [join(folder, 'dist/cli/main.js'), ...args], {
      env: { ...environmentOf(server), NO_COLOR: '1' },
      reject: false,
      timeout: 170_000,
    });

  async function project(settings: Record<string, unknown>, version: string): Promise<Project> {
    const made = await makeProject(yml(settings), { 'version.txt': `${version}\n` });
    projects.push(made);
    return made;
  }

  /** Begins a deployment by the earlier version, and replaces belay while it watches the release. */
  async function replacedInSoak({ config }: Project, app: string): Promise<Called> {
    const deploying = before('deploy', '--yes', '--output', 'jsonl', '--config', config);
    for await (const line of createInterface({ input: deploying.stdout })) if (line.includes('"soak"')) break;
    const replaced = await belay(['up'], server);
    expect(replaced.code, replaced.stderr).toBe(0);
    const followed = await belay(['watch', `${app}/production/tiny1`, '--json'], server);
    await deploying;
    return followed;
  }

  test('a good release ends well, and is gone back from', async () => {
    const good = await project({ soak: '20s' }, '3');
    const followed = await replacedInSoak(good, 'tiny');
    expect(JSON.parse(followed.stdout), followed.stderr).toMatchObject({ outcome: 'succeeded' });
    expect(await visit(server, running)).toBe('200 version 3');
    const back = await belay(['rollback', '--json', '--config', good.config], server);
    expect(JSON.parse(back.stdout), back.stderr).toMatchObject({ outcome: 'succeeded' });
    expect(await visit(server, running)).toBe('200 version 2');
  });

  test('a release that dies is put back by what the earlier version laid down', async () => {
    const made = await project({ ...dies, soak: '90s', rehearse: false }, '4');
    await writeFile(join(made.source, 'server.py'), dying);
    const followed = await replacedInSoak(made, 'fresh');
    expect(JSON.parse(followed.stdout), followed.stderr).toMatchObject({ outcome: 'rolled-back' });
    expect(await visit(server, fresh)).toBe('200 version 2');
  });
});
