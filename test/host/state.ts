import { createHash } from 'node:crypto';
import { existsSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const onHosts = '/var/lib/belay';

/**
 * Where belay keeps its own while this machine is the host of a test. As long as the constant in state.sh, because it takes
 * its place in scripts whose length was counted before; in a folder that is root's alone.
 */
const stateRoot = `/run/blt-${process.pid.toString(36).padStart(5, '0')}`;

// A test's process is ended from outside: what it left goes with the next one's start.
for (const name of process.getuid?.() === 0 ? readdirSync('/run') : []) {
  const pid = /^blt-([0-9a-z]{5})$/.exec(name)?.[1];
  if (pid === undefined || existsSync(`/proc/${Number.parseInt(pid, 36)}`)) continue;
  rmSync(`/run/${name}`, { recursive: true, force: true });
}

/** A script that is to run on this machine, with what it sends on: belay's own goes elsewhere. */
export function onThisMachine(text: string): string {
  return text.replaceAll(onHosts, stateRoot);
}

/** The folder that state.sh finds for a path. */
export function stateOf(path: string): string {
  const place = join(realpathSync(dirname(path)), basename(path));
  if (process.getuid?.() !== 0) return `${place}.belay/state`;
  return join(stateRoot, createHash('sha256').update(place).digest('hex'));
}

/** The same on a real host, where no folder above the path is a link. */
export function stateOnHost(path: string): string {
  return join(onHosts, createHash('sha256').update(path).digest('hex'));
}

/** What belay knows of a release of a path. */
export function recordOf(path: string, release: string): string {
  return join(stateOf(path), 'releases', release);
}
