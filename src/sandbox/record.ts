import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sandboxState } from './folders.js';
import { isAlive, type ProcessIdentity } from './process-id.js';

export type Likeness = 'plain' | 'incident';

/** What is known of one server; kept as record.json in its folder. */
export interface ServerRecord {
  name: string;
  like: Likeness;
  /** Name of the systemd-nspawn machine, of its cgroup, and, after `ve-`, of its network link. */
  machine: string;
  /** The server's address, and this machine's at the other end of the link; a /30 network. */
  address: string;
  gateway: string;
  /** Who made it: while that process lives and `ready` is false, the server is being made. */
  creator: ProcessIdentity;
  ready: boolean;
  /** ISO 8601 */
  created: string;
}

/** `incomplete`: it runs, but whoever made it was ended before it was ready. `dead`: its process is gone. */
export type ServerState = 'running' | 'being made' | 'incomplete' | 'dead';

export function serversFolder(): string {
  return join(sandboxState(), 'servers');
}

export function serverFolder(name: string): string {
  return join(serversFolder(), name);
}

export async function writeRecord(record: ServerRecord): Promise<void> {
  const file = join(serverFolder(record.name), 'record.json');
  await mkdir(serverFolder(record.name), { recursive: true });
  await writeFile(`${file}.part`, `${JSON.stringify(record, null, 2)}\n`);
  await rename(`${file}.part`, file);
}

/** undefined where there is no such server, or where its maker was ended before it wrote anything. */
export async function readRecord(name: string): Promise<ServerRecord | undefined> {
  const text = await readFile(join(serverFolder(name), 'record.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as ServerRecord);
}

/** Names of all servers, left-over ones included; sorted. */
export async function serverNames(): Promise<string[]> {
  return (await readdir(serversFolder()).catch((): string[] => [])).sort();
}

/** Lets boot.sh start this server, unless it is destroyed first. @returns the permit's name, a file in its folder */
export async function givePermit(name: string): Promise<string> {
  const permit = `permit-${randomUUID()}`;
  await writeFile(join(serverFolder(name), permit), '');
  return permit;
}

/** Nothing that has not started yet may start now. */
export async function withdrawPermits(name: string): Promise<void> {
  const files = await readdir(serverFolder(name)).catch((): string[] => []);
  for (const file of files)
    if (file.startsWith('permit-')) await rm(join(serverFolder(name), file), { force: true });
}

/** The supervisor that boot.sh recorded; undefined where the server was never started. */
export async function readSupervisor(name: string): Promise<ProcessIdentity | undefined> {
  const text = await readFile(join(serverFolder(name), 'pid'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const [pid, startTicks, bootId = ''] = text.trim().split(' ');
  return { pid: Number(pid), startTicks: Number(startTicks), bootId };
}

export async function stateOf(name: string): Promise<ServerState> {
  const [record, supervisor] = await Promise.all([readRecord(name), readSupervisor(name)]);
  const beingMade = record !== undefined && !record.ready && (await isAlive(record.creator));
  if (beingMade) return 'being made';
  if (supervisor === undefined || !(await isAlive(supervisor))) return 'dead';
  return record?.ready ? 'running' : 'incomplete';
}
