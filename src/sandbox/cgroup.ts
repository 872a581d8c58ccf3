import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { SandboxError } from './error.js';
import { until } from './wait.js';

/** As boot.sh makes them: version 2 alone, or systemd's own of version 1 with version 2 beside it. */
const hierarchies = ['/sys/fs/cgroup', '/sys/fs/cgroup/systemd', '/sys/fs/cgroup/unified'];

/**
 * Ends every process of a server and removes its cgroups. The cgroup, not the supervisor, says what belongs to the
 * server: where systemd-nspawn is killed, all that it had started runs on.
 */
export async function endProcesses(machine: string): Promise<void> {
  const ended = await until(
    async () => {
      const pids = await processesOf(machine);
      for (const pid of pids) kill(pid);
      return pids.length === 0 || undefined;
    },
    { deadlineMs: 10_000, everyMs: 20 },
  );
  if (!ended) {
    const left = (await processesOf(machine)).join(',');
    throw new SandboxError(
      `processes of a sandbox server do not end: see \`ps -fp ${left}\`, then try again`,
    );
  }
  for (const folder of foldersOf(machine)) {
    const remove = ['-depth', '-type', 'd', '-exec', 'rmdir', '{}', ';'];
    // The kernel lets go of a cgroup a moment after its last process.
    await until(
      async () => {
        await execa('find', [folder, ...remove], { reject: false });
        return (await readdir(folder).catch(() => undefined)) === undefined || undefined;
      },
      { deadlineMs: 2_000 },
    );
  }
}

async function processesOf(machine: string): Promise<number[]> {
  const pids = new Set<number>();
  for (const folder of foldersOf(machine)) {
    const groups = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const group of groups) {
      if (group.name !== 'cgroup.procs') continue;
      const text = await readFile(join(group.parentPath, group.name), 'utf8').catch(() => '');
      for (const line of text.split('\n')) if (Number(line) > 0) pids.add(Number(line));
    }
  }
  return [...pids];
}

function foldersOf(machine: string): string[] {
  return hierarchies.map((hierarchy) => join(hierarchy, `belay-${machine}`));
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
