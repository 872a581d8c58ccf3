import { statfsSync, type StatsFs } from 'node:fs';
import { dirname } from 'node:path';
import { formatBytes } from '../domain/text/bytes.js';
import { artifactsFolder, stateFolder } from './state.js';

/** What this machine has left of something that belay's own processes cannot do without. */
export interface Resource {
  id: 'disk' | 'inodes' | 'memory';
  /** `5.2 GB are free for the state folder /var/x`. */
  message: string;
  /** What to do; empty where there is enough. */
  remedy: string;
}

/** Several times what a deployment writes here: its history, records, a log. */
const leastBytes = 12_000_000;
const leastInodes = 200;
/** A worker at rest has twice as much already; this is for what it does. */
const leastMemory = 64_000_000;

/** Disk and inodes where belay's state and artifacts lie, and the memory of this machine. What cannot be asked is left out. */
export function resources(): Resource[] {
  const state = stateFolder();
  const artifacts = artifactsFolder();
  return [
    ...diskOf(`the state folder ${state}`, state, 'BELAY_STATE_DIR'),
    ...(artifacts.startsWith(`${state}/`)
      ? []
      : diskOf(`the artifact store ${artifacts}`, artifacts, 'BELAY_ARTIFACTS')),
    memory(),
  ];
}

/** What too little is left of for a deployment, in one line; empty where there is enough. */
export function shortage(): string {
  return resources()
    .filter(({ remedy }) => remedy !== '')
    .map(({ message, remedy }) => `this machine has too little left: ${message}; ${remedy}`)
    .join('; ');
}

function diskOf(name: string, folder: string, variable: string): Resource[] {
  const stats = statsOf(folder);
  if (stats === undefined) return [];
  const elsewhere = `or set ${variable} to a folder on another disk`;
  const blocks = process.getuid?.() === 0 ? stats.bfree : stats.bavail;
  const bytes = blocks * stats.bsize;
  const disk: Resource = {
    id: 'disk',
    message: `${formatBytes(bytes)} are free for ${name}`,
    remedy: bytes < leastBytes ? `free ${formatBytes(leastBytes)} or more there, ${elsewhere}` : '',
  };
  const inodes: Resource = {
    id: 'inodes',
    message: `${stats.ffree} inodes are free for ${name}`,
    remedy: stats.ffree < leastInodes ? `remove ${leastInodes} files or more on that disk, ${elsewhere}` : '',
  };
  // Some file systems make inodes as they need them, and say that they have none.
  return stats.files > 0 ? [disk, inodes] : [disk];
}

/** Of the file system that a folder lies on, or would. */
function statsOf(folder: string): StatsFs | undefined {
  for (let path = folder; ; path = dirname(path)) {
    try {
      return statfsSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || path === dirname(path)) return undefined;
    }
  }
}

/** What processes can still get, within the bounds of this one's control group. */
function memory(): Resource {
  const bytes = process.availableMemory();
  return {
    id: 'memory',
    message: `${formatBytes(bytes)} of memory are available`,
    remedy:
      bytes < leastMemory
        ? `end something, or give this machine ${formatBytes(leastMemory)} or more beyond it`
        : '',
  };
}
