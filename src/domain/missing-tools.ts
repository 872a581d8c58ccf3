import type { Facts } from './facts.js';

/** What the scripts act through, and the package that brings it; of the first three they need what GNU's can. */
const packages = {
  tar: 'tar',
  find: 'findutils',
  sha256sum: 'coreutils',
  flock: 'util-linux',
  setsid: 'util-linux',
} as const;

const gnu = new Set(['tar', 'find', 'sha256sum']);

/** A program that the host lacks: how a person calls it, and its package in Debian. */
export interface MissingTool {
  name: string;
  package: string;
}

/** Without these nothing can even be staged. */
export function missingTools({ tools }: Facts): MissingTool[] {
  return Object.entries(packages)
    .filter(([tool]) => (tools[tool] ?? null) === null)
    .map(([tool, name]) => ({
      name: gnu.has(tool) ? `GNU’s ${tool} (busybox’s is not enough)` : tool,
      package: name,
    }));
}
