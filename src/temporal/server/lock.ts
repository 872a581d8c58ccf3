import { readdir, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TemporalError } from '../error.js';
import { identify } from '../process-id.js';
import { makePrivate } from '../state.js';

/**
 * Runs `action` while no other process on this machine runs one under the same name in this folder.
 *
 * Everyone announces itself by a file, then reads all announcements: who finds itself alone has the lock, others take
 * theirs back and try again. An announcement counts only while its process lives, so a killed holder blocks nobody, and
 * nothing is ever taken away from a holder that lives.
 * @param onWait called once with the holder's pid where somebody else has the lock.
 * @throws TemporalError where the holder did not let go within `deadlineMs`.
 */
export async function withLock<T>(
  folder: string,
  name: string,
  action: () => Promise<T>,
  { deadlineMs, onWait }: { deadlineMs: number; onWait?: (pid: number) => void },
): Promise<T> {
  await makePrivate(folder);
  const mine = announcement(name, process.pid);
  const end = Date.now() + deadlineMs;
  let waiting = false;
  for (;;) {
    const holder = await tryLock(folder, name, mine);
    if (holder === undefined) break;
    if (Date.now() > end) {
      throw new TemporalError(
        `another belay (pid ${holder}) has been busy with ${join(folder, name)} for ${Math.round(deadlineMs / 1000)} s; ` +
          `wait for it or end it (kill ${holder}), then try again`,
      );
    }
    if (!waiting) onWait?.(holder);
    waiting = true;
    await sleep(20 + Math.random() * 80);
  }
  try {
    return await action();
  } finally {
    await unlink(join(folder, mine)).catch(() => undefined);
  }
}

/** undefined: the lock is ours; else who has it. */
async function tryLock(folder: string, name: string, mine: string): Promise<number | undefined> {
  try {
    await writeFile(join(folder, mine), '', { flag: 'wx', mode: 0o600 });
  } catch (error) {
    // Another call within this very process.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return process.pid;
    throw error;
  }
  for (const file of await readdir(folder)) {
    if (file === mine || !file.startsWith(`${name}.lock.`)) continue;
    const pid = Number(file.split('.').at(-2));
    if (file === announcement(name, pid)) {
      await unlink(join(folder, mine));
      return pid;
    }
    await unlink(join(folder, file)).catch(() => undefined);
  }
  return undefined;
}

/** `<name>.lock.<pid>.<start>`; of a process that is gone, a name that no file has. */
function announcement(name: string, pid: number): string {
  const started = identify(pid)?.started.replace(/\W+/g, '-') ?? '';
  return `${name}.lock.${pid}.${started}`;
}
