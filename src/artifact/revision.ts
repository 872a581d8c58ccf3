import { git } from './git.js';

/** Where a source stands in git; nothing outside a work tree, before its first commit, or without git. */
export interface Revision {
  commit?: string;
  /** Whether anything in the folder differs from `commit`, untracked files included. */
  dirty?: boolean;
  /** The commit and those before it, the newest first and 100 at most: `<commit> <its first line>`. */
  commits?: string[];
}

/** @param folder absolute */
export async function revisionOf(folder: string): Promise<Revision> {
  const ask = (args: string[]) => git(folder, args).catch(() => null);
  const [log, status] = await Promise.all([
    // Of what was merged the merge says enough.
    ask(['log', '--first-parent', '-n', '100', '--format=%H %<(200,trunc)%s']),
    ask(['status', '--porcelain', '--', '.']),
  ]);
  const commits = (log ?? '').split('\n').flatMap((line) => (line === '' ? [] : [line.trimEnd()]));
  const commit = commits[0]?.split(' ')[0];
  if (commit === undefined) return {};
  return { commit, commits, ...(status !== null && { dirty: status !== '' }) };
}
