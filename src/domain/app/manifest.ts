/** One file of an artifact. */
export interface ManifestEntry {
  /** Relative to the source, with forward slashes, no leading `./`; control characters are refused at packing. */
  path: string;
  /** Permission bits in octal: `600` and `700` for what nobody but its owner may read; symlinks have `link`. */
  mode: '644' | '755' | '600' | '700' | 'link';
  /** Bytes; for a symlink, the length of its target. */
  size: number;
  /** Lower-case hex digest of the content; for a symlink, of its target's text. */
  sha256: string;
  /** A symlink's target, relative and within the source. */
  target?: string;
}

/** What an artifact holds. Its digest is the sha256 of `manifestText`. */
export interface Manifest {
  digest: string;
  entries: ManifestEntry[];
  /** Commit of the source, where it is a git work tree. */
  commit?: string;
  /** Whether the work tree differed from `commit`. */
  dirty?: boolean;
  /** The commit and those before it, the newest first: `<commit> <its first line>`. */
  commits?: string[];
}

/**
 * The canonical text of a manifest: one line an entry, sorted by path bytewise: `<mode> <size> <sha256> <path>`,
 * a symlink's target after a tab. Kept on the host as a release's `manifest`, and what the digest is taken of.
 */
export function manifestText(entries: readonly ManifestEntry[]): string {
  return [...entries]
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
    .map((e) => `${e.mode} ${e.size} ${e.sha256} ${e.path}${e.target === undefined ? '' : `\t${e.target}`}\n`)
    .join('');
}
