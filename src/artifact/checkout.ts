import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PackError } from './errors.js';
import { git } from './git.js';

/**
 * Checks a commit out into `to`, an empty folder: nothing of the person's work tree, and none of its hooks. What submodules
 * and LFS need is taken from what is here; nothing is fetched.
 * @param source the folder of a work tree whose commit is meant
 * @param ref a branch, a tag or a commit
 * @returns the source's own folder within `to`
 * @throws PackError
 */
export async function checkOut(source: string, ref: string, to: string): Promise<string> {
  const top = await git(source, ['rev-parse', '--show-toplevel']).catch((cause: unknown) => {
    throw new PackError(
      `--ref ${ref}: expected ${source} to be in a git work tree. Deploy without --ref, or correct \`source\` in belay.yml.`,
      { cause },
    );
  });
  const prefix = await git(source, ['rev-parse', '--show-prefix']);
  const asked = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`];
  const commit = await git(top, asked).catch((cause: unknown) => {
    throw new PackError(
      `--ref ${ref}: expected a branch, a tag or a commit of ${top}, which has none of that name. Fetch it first: git fetch --tags`,
      { cause },
    );
  });
  await place(top, commit, to);
  const folder = join(to, prefix);
  if (existsSync(folder)) return folder;
  throw new PackError(
    `--ref ${ref}: expected the folder ${prefix} in commit ${commit.slice(0, 12)}, it has none.`,
  );
}

/** A commit of the repository `top` and, within it, those that it names of its submodules. */
async function place(top: string, commit: string, to: string): Promise<void> {
  const quiet = ['-c', 'core.hooksPath=/dev/null', '-c', 'advice.detachedHead=false'];
  const own = await git(top, ['rev-parse', '--path-format=absolute', '--git-common-dir']);
  try {
    await git(top, [...quiet, 'clone', '--quiet', '--shared', '--no-checkout', top, to]);
    await git(to, [...quiet, '-c', `lfs.storage=${join(own, 'lfs')}`, 'checkout', '--quiet', commit]);
  } catch (cause) {
    const { stderr } = cause as { stderr?: unknown };
    throw new PackError(`commit ${commit.slice(0, 12)} of ${top} cannot be checked out: ${String(stderr)}`, {
      cause,
    });
  }
  for (const line of (await git(to, ['ls-tree', '-r', '-z', commit])).split('\0')) {
    const [, submodule, path] = /^160000 commit ([0-9a-f]+)\t([^]+)$/.exec(line) ?? [];
    if (submodule === undefined || path === undefined) continue;
    const there = join(top, path);
    const known = await git(there, ['cat-file', '-e', `${submodule}^{commit}`]).catch(() => null);
    if (!existsSync(join(there, '.git')) || known === null)
      throw new PackError(
        `the submodule ${path} is at commit ${submodule.slice(0, 12)}, which is not in ${there}. Fetch it: git submodule update --init --recursive`,
      );
    await rm(join(to, path), { recursive: true, force: true });
    await place(there, submodule, join(to, path));
  }
}
