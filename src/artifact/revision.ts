import { execa } from 'execa';

/**
 * The commit that a folder is at, and whether anything in the folder differs from it, untracked files included.
 * @param folder absolute. @returns an empty object outside a git work tree, before its first commit, or without git.
 */
export async function revisionOf(folder: string): Promise<{ commit?: string; dirty?: boolean }> {
  const head = await git(folder, ['rev-parse', '--verify', '--quiet', 'HEAD']);
  if (head === null) return {};
  const status = await git(folder, ['status', '--porcelain', '--', '.']);
  return status === null ? { commit: head.trim() } : { commit: head.trim(), dirty: status !== '' };
}

async function git(folder: string, args: string[]): Promise<string | null> {
  // Without optional locks, looking never gets in the way of a git command that runs at the same time.
  const result = await execa('git', ['--no-optional-locks', '-C', folder, ...args], {
    reject: false,
    timeout: 30_000,
    stdin: 'ignore',
    maxBuffer: 64 * 1024 * 1024,
  });
  return result.exitCode === 0 ? result.stdout : null;
}
