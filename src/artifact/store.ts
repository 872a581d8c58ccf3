import type { Manifest, ManifestEntry } from '../domain/app/manifest.js';

/** Where packed sources are kept, by content. Worker and CLI must reach the same one. */
export interface ArtifactStore {
  /** What `doctor` and errors call it: a folder's path. */
  readonly location: string;
  has(digest: string): Promise<boolean>;
  /** @throws where the artifact is missing or damaged. */
  manifest(digest: string): Promise<Manifest>;
  /** The content of one regular file of an artifact. */
  read(entry: ManifestEntry): AsyncIterable<Buffer>;
}
