import { readdirSync, statSync } from 'node:fs';
import { rm, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { identify, isAlive, type ProcessIdentity } from '../process-id.js';
import { readRecord, stateFolder, writeRecord } from '../state.js';

/** What a worker says of itself in `<state>/workers/<pid>.json`; written to each time it sees itself among the queue's pollers. */
export interface WorkerReady extends ProcessIdentity {
  identity: string;
  address: string;
  namespace: string;
  /** Folder of its artifact store. */
  artifacts: string;
  /** When the service last named it among its pollers, ISO 8601: the file's time. */
  seen: string;
}

/** A worker checks itself every 15 s; one that was not seen for longer than this does no work. */
const freshMs = 60_000;

/** The workers of this state folder that live and were seen by the service in the last minute. */
export function readyWorkers(): WorkerReady[] {
  let files: string[];
  try {
    files = readdirSync(folder());
  } catch {
    return [];
  }
  return files
    .map((file) => recordOf(join(folder(), file)))
    .filter((ready) => ready !== undefined)
    .filter((ready) => isAlive(ready) && Date.now() - Date.parse(ready.seen) < freshMs);
}

/**
 * Records that a worker was seen; files of workers that are gone are removed. Where there is a record of it already, only
 * its time is set, which a full disk allows.
 */
export async function writeReady(ready: Omit<WorkerReady, 'seen'>): Promise<void> {
  const now = new Date();
  const known = readRecord(file(ready.pid)) as WorkerReady | undefined;
  if (known?.identity === ready.identity && known.started === ready.started)
    await utimes(file(ready.pid), now, now);
  else await writeRecord(file(ready.pid), { ...ready, seen: now.toISOString() });
  for (const name of readdirSync(folder())) {
    const other = readRecord(join(folder(), name)) as WorkerReady | undefined;
    if (other && !isAlive(other)) await removeReady(other.pid);
  }
}

function recordOf(path: string): WorkerReady | undefined {
  const ready = readRecord(path) as WorkerReady | undefined;
  const modified = statSync(path, { throwIfNoEntry: false })?.mtime;
  return ready && modified && { ...ready, seen: modified.toISOString() };
}

/** At a worker's end. */
export async function removeReady(pid: number): Promise<void> {
  await rm(file(pid), { force: true });
}

/**
 * A worker's name in Temporal: `belay-worker/<pid>@<machine>/<store>`. The store's mark lets `doctor` see whether a
 * worker anywhere reaches the same artifacts as the command line here.
 */
export function workerIdentity(storeMark: string): string {
  return `belay-worker/${process.pid}@${hostname()}/${storeMark}`;
}

/** The store's mark in a worker's name; undefined for a worker that is not belay's. */
export function storeMarkOf(identity: string): string | undefined {
  return parse(identity)?.mark;
}

/** false for a worker of this machine that has ended: Temporal goes on naming it for a while. */
export function mayLive(identity: string): boolean {
  const name = parse(identity);
  return name?.machine !== hostname() || identify(name.pid) !== undefined;
}

function parse(identity: string): { pid: number; machine: string; mark: string } | undefined {
  const [, pid, machine, mark] = /^belay-worker\/(\d+)@([^/]+)\/([0-9a-f]+)$/.exec(identity) ?? [];
  return machine && mark ? { pid: Number(pid), machine, mark } : undefined;
}

function folder(): string {
  return join(stateFolder(), 'workers');
}

function file(pid: number): string {
  return join(folder(), `${pid}.json`);
}
