import { type ManifestEntry, manifestText } from '../../domain/app/manifest.js';

/** A manifest's text, and its entries by the number of their line: how a host names them without repeating paths. */
export interface ManifestLines {
  text: string;
  /** `line` is 1-based. @throws RangeError for a line that the manifest does not have. */
  at(line: number): ManifestEntry;
}

/** @param entries in any order. */
export function manifestLines(entries: readonly ManifestEntry[]): ManifestLines {
  const text = manifestText(entries);
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  const lines = text.split('\n');
  return {
    text,
    at(line) {
      // `<mode> <size> <sha256> <path>`, a symlink's target after a tab; paths have no control characters.
      const path = /^\S+ \d+ \S+ ([^\t]*)/.exec(lines[line - 1] ?? '')?.[1];
      const entry = path === undefined ? undefined : byPath.get(path);
      if (entry === undefined) throw new RangeError(`the manifest has no line ${line}`);
      return entry;
    },
  };
}
