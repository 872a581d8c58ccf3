import type { Facts } from './facts.js';

/** What the scripts act through, and the package in Debian that brings it. busybox's do as well, but for flock. */
const packages = {
  tar: 'tar',
  find: 'findutils',
  sha256sum: 'coreutils',
  flock: 'util-linux',
  setsid: 'util-linux',
} as const;

/** A program that the host lacks, and its package in Debian. */
export interface MissingTool {
  name: string;
  package: string;
}

/** Without these nothing can even be staged. */
export function missingTools({ tools }: Facts): MissingTool[] {
  return Object.entries(packages)
    .filter(([tool]) => (tools[tool] ?? null) === null)
    .map(([tool, name]) => ({
      name: tool === 'flock' ? 'util-linux’s flock (busybox’s cannot wait for a time)' : tool,
      package: name,
    }));
}
