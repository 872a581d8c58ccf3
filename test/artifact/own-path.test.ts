import { chmod, chown, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ownPath } from '../../src/artifact/own-path.js';
import { temporaryFolder } from '../temporary.js';

const isRoot = process.getuid?.() === 0;

describe('a path of this user’s own', () => {
  it('is one that nobody else can write to, up to the root; a folder as /tmp is none of theirs', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'a', 'file');
    await mkdir(join(folder, 'a'));
    await writeFile(file, 'x');
    await symlink('a/../a/file', join(folder, 'link'));
    expect(await ownPath(join(folder, 'link'))).toBe(await ownPath(file));

    await chmod(join(folder, 'a'), 0o770);
    await expect(ownPath(join(folder, 'link'))).rejects.toThrow(
      /\/a can be written by others.*: chmod go-w /,
    );
    await chmod(join(folder, 'a'), 0o1777);
    expect(await ownPath(file)).toMatch(/\/a\/file$/);
    await chmod(file, 0o606);
    await expect(ownPath(file)).rejects.toThrow('/a/file can be written by others');
  });

  it('that leads in a circle, or nowhere, is none', async () => {
    const folder = await temporaryFolder();
    await symlink('b', join(folder, 'a'));
    await symlink('a', join(folder, 'b'));
    await expect(ownPath(join(folder, 'a'))).rejects.toThrow('more than 40 links');
    await expect(ownPath(join(folder, 'c'))).rejects.toThrow('ENOENT');
  });

  it.skipIf(!isRoot)(
    'is none where a file, a link or a folder on the way is another user’s (needs root)',
    async () => {
      const folder = await temporaryFolder();
      const [theirs, file] = [join(folder, 'theirs'), join(folder, 'theirs', 'file')];
      await mkdir(theirs);
      await writeFile(file, 'x');
      await chown(file, 65_534, 65_534);
      await expect(ownPath(file)).rejects.toThrow(
        /theirs\/file belongs to uid 65534, and expected was uid 0/,
      );
      await chown(file, 0, 0);
      await chown(theirs, 65_534, 65_534);
      await expect(ownPath(file)).rejects.toThrow(/theirs belongs to uid 65534/);
    },
  );
});
