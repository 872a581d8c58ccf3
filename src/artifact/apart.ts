import { constants, existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, realpath, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { checkOut } from './checkout.js';
import { foldersUpToWorkTree, ignoreFiles } from './ignored.js';
import { revisionOf, type Revision } from './revision.js';
import { walk } from './walk.js';

/** A source in a folder of its own, so that nothing that is done to it reaches the person's tree. */
export interface Apart {
  folder: string;
  revision: Revision;
  /** Takes the folder away. */
  remove: () => Promise<void>;
}

/**
 * @param source absolute. @param ref a branch, tag or commit; without it the source as it is
 * @throws PackError where the source cannot be packed, or there is no such commit
 */
export async function setApart(
  { source, include = [] }: { source: string; include?: readonly string[] },
  ref?: string,
): Promise<Apart> {
  const own = await mkdtemp(join(await realpath(tmpdir()), 'belay-source-'));
  const remove = () => rm(own, { recursive: true, force: true });
  try {
    if (ref !== undefined) {
      const folder = await checkOut(source, ref, own);
      return { folder, revision: { ...(await revisionOf(folder)), dirty: false }, remove };
    }
    return {
      folder: await copy(await realpath(source), include, own),
      revision: await revisionOf(source),
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** What would be packed, with the files that say what is ignored; of `include` what is there already. */
async function copy(source: string, include: readonly string[], to: string): Promise<string> {
  const above = await foldersUpToWorkTree(source);
  const folder = join(to, relative(above[0] ?? source, source));
  // As far up as ignore files are looked for.
  await mkdir(join(to, '.git'));
  const there = [];
  for (const path of include) if (await stat(join(source, path)).catch(() => null)) there.push(path);
  const folders = new Set([...above, source]);
  for (const { path, absolute, target } of await walk(source, there)) {
    const file = join(folder, path);
    for (let at = dirname(absolute); !folders.has(at); at = dirname(at)) folders.add(at);
    await mkdir(dirname(file), { recursive: true });
    if (target !== undefined) await symlink(target, file);
    else await copyFile(absolute, file, constants.COPYFILE_FICLONE);
  }
  for (const each of folders) {
    const copied = join(folder, relative(source, each));
    for (const name of ignoreFiles) {
      if (!existsSync(join(each, name)) || existsSync(join(copied, name))) continue;
      await mkdir(copied, { recursive: true });
      await copyFile(join(each, name), join(copied, name));
    }
  }
  return folder;
}
