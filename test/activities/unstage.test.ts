import { access, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unstage } from '../../src/activities/unstage.js';
import { upload } from '../../src/activities/upload.js';
import { stagingHost } from './staging-host.js';

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

describe('removing a staged release', () => {
  it('leaves nothing of belay on a host that it never deployed to', async () => {
    const { host, artifact, belay } = await staged();
    for (const each of ['shared', 'deps', 'journal']) await mkdir(join(belay, each));
    await host.run(unstage, artifact, release);
    expect(await readdir(dirname(host.path))).toEqual(['artifacts']);
    expect(await exists(belay)).toBe(false);
    await host.run(unstage, artifact, release);
  });

  it('keeps what is live, and what has served', async () => {
    const { host, artifact } = await staged();
    await symlink(host.tree(release), host.path);
    await host.run(unstage, artifact, release);
    expect(await readFile(join(host.path, 'a'), 'utf8')).toBe('a');

    const other = await staged();
    const record = join(dirname(other.host.tree(release)), 'release.json');
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

    await writeFile(join(belay, 'owner'), 'number=1\n');
    await host.run(unstage, artifact, other);
    expect((await readdir(belay)).sort()).toEqual(['owner', 'releases']);
  });

  it('refuses what is no name of a release', async () => {
    const { host, artifact, belay } = await staged();
    for (const name of ['', '..', '.', 'a/b'])
      await expect(host.run(unstage, artifact, name)).rejects.toThrow("release's name");
    expect(await exists(belay)).toBe(true);
  });
});
