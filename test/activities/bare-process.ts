import { spawn, type SpawnOptions } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { ProcessId } from '../../src/domain/app/keeper.js';
import type { Stop } from '../../src/domain/keepers/keeper.js';

/** A process that nothing keeps, and its identity. Its children are ended with it by `end`. */
export async function startBare(
  file: string,
  args: string[],
  options: SpawnOptions = {},
): Promise<{ process: ProcessId; end: () => void }> {
  const child = spawn(file, args, { stdio: 'ignore', detached: true, ...options });
  const pid = child.pid ?? 0;
  const line = await readFile(`/proc/${pid}/stat`, 'utf8');
  const bootId = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  const end = (): void => {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It ended already.
    }
  };
  return { process: { pid, startTicks: Number(line.replace(/^.*\) /, '').split(' ')[19]), bootId }, end };
}

/** Such a process as a plan names it. */
export function bareStop(process: ProcessId, role: Stop['role'] = 'app'): Stop {
  return {
    role,
    keeper: { kind: 'none', process },
    label: 'sleep (pid 7)',
    why: '',
    active: true,
  };
}
