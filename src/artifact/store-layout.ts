import { join } from 'node:path';
import { z } from 'zod';
import type { Manifest } from '../domain/app/manifest.js';

/** What the store grows to at most. */
export const storeLimits = { artifacts: 50, days: 90, bytes: 2_000_000_000 };

export function manifestFolder(location: string): string {
  return join(location, 'manifests');
}

export function manifestPath(location: string, digest: string): string {
  return join(manifestFolder(location), `${digest}.json`);
}

export function objectFolder(location: string): string {
  return join(location, 'objects');
}

export function objectPath(location: string, sha256: string): string {
  return join(objectFolder(location), sha256.slice(0, 2), sha256.slice(2));
}

const digest = /^[0-9a-f]{64}$/;

/** Whether a text is a digest, and so no path that leads elsewhere. */
export function isDigest(text: string): boolean {
  return digest.test(text);
}

const hex = z.string().regex(digest);
const schema = z.object({
  digest: hex,
  entries: z.array(
    z.object({
      path: z.string(),
      mode: z.enum(['644', '755', '600', '700', 'link']),
      size: z.int().nonnegative(),
      sha256: hex,
      target: z.string().optional(),
    }),
  ),
  commit: z.string().optional(),
  dirty: z.boolean().optional(),
  commits: z.array(z.string()).optional(),
});

/** A manifest as the store keeps it (JSON); null where the text is none. */
export function parseManifest(text: string): Manifest | null {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
