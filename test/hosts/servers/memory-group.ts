import { existsSync } from 'node:fs';
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SandboxServer } from '../../../src/sandbox/index.js';
import { childrenOf } from '../../../src/sandbox/process-id.js';
import { readRecord, readSupervisor } from '../../../src/sandbox/record.js';

const version1 = '/sys/fs/cgroup/memory';
const version2 = '/sys/fs/cgroup';

/** Why no server can be given a limit of memory on this machine; undefined where one can. */
export function noMemoryGroups(): string | undefined {
  if (existsSync(join(version1, 'memory.limit_in_bytes'))) return undefined;
  if (existsSync(join(version2, 'system.slice', 'memory.max'))) return undefined;
  return 'this machine has no memory controller, neither of cgroups version 1 nor of version 2';
}

/**
 * Gives what a server starts from now on so much memory and no more: whoever takes most of it is killed by the kernel. What
 * runs there already is left out where that can be told apart (version 1), else allowed for.
 * @returns takes the limit away
 */
export async function limitMemory({ name }: SandboxServer, bytes: number): Promise<() => Promise<void>> {
  return existsSync(join(version1, 'memory.limit_in_bytes'))
    ? limitStarts(name, bytes)
    : limitServer(name, bytes);
}

/** A group of the memory controller's own, in which the server's init is, and so whatever it starts. */
async function limitStarts(name: string, bytes: number): Promise<() => Promise<void>> {
  const init = (await childrenOf((await readSupervisor(name))?.pid ?? 0)).at(0);
  if (init === undefined) throw new Error(`the server ${name} has no init`);
  const before = /^\d+:memory:(.*)$/m.exec(await readFile(`/proc/${init}/cgroup`, 'utf8'))?.[1] ?? '/';
  const folder = join(version1, `belay-${name}-${process.pid}`);
  await mkdir(folder);
  await writeFile(join(folder, 'memory.limit_in_bytes'), String(bytes));
  // With swap it would go on for long.
  await writeFile(join(folder, 'memory.memsw.limit_in_bytes'), String(bytes)).catch(() => undefined);
  await move(init, folder);
  return async () => {
    for (let left = await pidsIn(folder); left.length > 0; left = await pidsIn(folder)) {
      // Init first, which starts no more there then.
      for (const pid of left) await move(pid, join(version1, before)).catch(() => move(pid, version1));
    }
    await rmdir(folder);
  };
}

/** The server's own group, which boot.sh made. */
async function limitServer(name: string, bytes: number): Promise<() => Promise<void>> {
  const folder = join(version2, `belay-${(await readRecord(name))?.machine ?? ''}`);
  const now = Number(await readFile(join(folder, 'memory.current'), 'utf8'));
  await writeFile(join(folder, 'memory.max'), String(now + bytes));
  await writeFile(join(folder, 'memory.swap.max'), '0').catch(() => undefined);
  return async () => {
    await writeFile(join(folder, 'memory.max'), 'max');
    await writeFile(join(folder, 'memory.swap.max'), 'max').catch(() => undefined);
  };
}

async function pidsIn(folder: string): Promise<number[]> {
  const text = await readFile(join(folder, 'cgroup.procs'), 'utf8');
  return text.split('\n').filter(Boolean).map(Number);
}

/** One that has ended meanwhile is where it should be. */
async function move(pid: number, folder: string): Promise<void> {
  await writeFile(join(folder, 'cgroup.procs'), String(pid)).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  });
}
