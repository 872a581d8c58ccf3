import { git } from './git.js';

/** Where a source stands in git; nothing outside a work tree, before its first commit, or without git. */
export interface Revision {
  commit?: string;
  /** Whether anything in the folder differs from `commit`, untracked files included. */
  dirty?: boolean;
}

/** @param folder absolute */
export async function revisionOf(folder: string): Promise<Revision> {
  const ask = (args: string[]) => git(folder, args).catch(() => null);
  const commit = await ask(['rev-parse', '--verify', '--quiet', 'HEAD']);
  if (commit === null) return {};
  const status = await ask(['status', '--porcelain', '--', '.']);
  return status === null ? { commit } : { commit, dirty: status !== '' };
}
