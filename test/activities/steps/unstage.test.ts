import { spawn } from 'node:child_process';
import { access, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unstage } from '../../../src/activities/steps/unstage.js';
import type { Step } from '../../../src/activities/runtime/dependencies.js';
import { upload } from '../../../src/activities/steps/upload.js';
import { recordOf, stateOf } from '../../host/state.js';
import { stagingHost } from '../staging-host.js';

const release = '20261124T101500Z-00000001';

async function staged() {
  const host = await stagingHost();
  const artifact = await host.artifact({ a: 'a' });
  await host.run(upload, artifact, release);
  return { host, artifact, belay: `${host.path}.belay` };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** As the workflow asks for it once changes had begun. */
const failed: Step<'unstage'> = (dependencies) => (input) =>
  unstage(dependencies)({ ...input, failed: true });
const remove = unstage;

describe('setting a failed release apart', () => {
  it('keeps its files and record where no rollback takes it for a release', async () => {
    const { host, artifact, belay } = await staged();
    await host.run(failed, artifact, release);
    expect(await readdir(join(belay, 'releases')).catch(() => [])).toEqual([]);
    const apart = join(belay, 'failed', release);
    expect(await readFile(join(apart, 'tree', 'a'), 'utf8')).toBe('a');
    expect(
      JSON.parse(await readFile(join(stateOf(host.path), 'failed', release, 'release.json'), 'utf8')),
    ).toMatchObject({
      release,
      outcome: 'failed',
    });
    await host.run(failed, artifact, release);
    expect(await exists(apart)).toBe(true);
  });

  it('keeps the newest three', async () => {
    const { host, artifact, belay } = await staged();
    const names = [1, 2, 3, 4, 5].map((second) => `20261124T10150${second}Z-00000001`);
    for (const name of names) {
      await host.run(upload, artifact, name);
      await host.run(failed, artifact, name);
    }
    expect((await readdir(join(belay, 'failed'))).sort()).toEqual(names.slice(2));
  });
});

describe('removing a staged release', () => {
  it('leaves nothing of belay on a host that it never deployed to', async () => {
    const { host, artifact, belay } = await staged();
    for (const each of ['shared', 'deps', 'journal']) await mkdir(join(belay, each));
    await host.run(unstage, artifact, release);
    expect(await readdir(dirname(host.path))).toEqual(['artifacts']);
    expect(await exists(belay)).toBe(false);
    expect(await exists(stateOf(host.path))).toBe(false);
    await host.run(unstage, artifact, release);
  });

  it('keeps what is live, and what has served', async () => {
    const { host, artifact } = await staged();
    await symlink(host.tree(release), host.path);
    await host.run(unstage, artifact, release);
    expect(await readFile(join(host.path, 'a'), 'utf8')).toBe('a');

    const other = await staged();
    const record = join(recordOf(other.host.path, release), 'release.json');
    await writeFile(record, (await readFile(record, 'utf8')).replace('"staged"', '"previous"'));
    await other.host.run(unstage, other.artifact, release);
    expect(await exists(other.host.tree(release))).toBe(true);
  });

  it('keeps the fence, other releases and shared files', async () => {
    const { host, artifact, belay } = await staged();
    const other = '20261123T101500Z-00000000';
    await host.run(upload, artifact, other);
    await host.run(unstage, artifact, release);
    expect(await readdir(join(belay, 'releases'))).toEqual([other]);

    await writeFile(join(stateOf(host.path), 'owner'), 'number=1\n');
    await host.run(unstage, artifact, other);
    expect(await readdir(belay)).toEqual(['releases']);
    expect(await readdir(stateOf(host.path))).toContain('owner');
  });

  it('leaves a release whose files something uses where it is, and says who uses them', async () => {
    const { host, artifact } = await staged();
    const sleeper = spawn('sleep', ['600'], { cwd: host.tree(release) });
    try {
      for (const how of [failed, remove]) {
        const { left } = await host.run(how, artifact, release);
        expect(left).toContain(
          `release ${release} stays on web1, because something uses its files: pid ${sleeper.pid}: sleep 600`,
        );
        expect(await exists(host.tree(release))).toBe(true);
      }
    } finally {
      sleeper.kill();
    }
  });

  it('refuses what is no name of a release', async () => {
    const { host, artifact, belay } = await staged();
    for (const name of ['', '..', '.', 'a/b'])
      await expect(host.run(unstage, artifact, name)).rejects.toThrow("release's name");
    expect(await exists(belay)).toBe(true);
  });
});
