import { rmdir } from 'node:fs/promises';
import { endProcesses } from './cgroup.js';
import { removeTree } from './mounts.js';
import { disconnect } from './network.js';
import { readRecord, serverFolder, withdrawPermits } from './record.js';

/**
 * Ends a server and removes all that is left of it: processes, cgroup, network link, mount, folder. Does the same for
 * one that died, or whose making was cut short; may itself be cut short and called again.
 */
export async function destroyServer(name: string): Promise<void> {
  await withdrawPermits(name);
  const record = await readRecord(name);
  if (record) {
    await endProcesses(record.machine);
    await disconnect(record);
    // systemd-nspawn leaves this behind where /run is not a tmpfs.
    await rmdir(`/run/systemd/nspawn/propagate/${record.machine}`).catch(() => undefined);
  }
  await removeTree(serverFolder(name));
}
