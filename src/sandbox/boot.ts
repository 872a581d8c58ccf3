import { spawn } from 'node:child_process';
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { endProcesses } from './cgroup.js';
import { SandboxError } from './error.js';
import { sandboxFile } from './folders.js';
import { connect, disconnect } from './network.js';
import { isAlive } from './process-id.js';
import { givePermit, readSupervisor, serverFolder, type ServerRecord } from './record.js';
import { execOn, greets } from './ssh.js';
import { until } from './wait.js';

/** Starts a server whose file system is mounted, in a session of its own, and waits until all its services are up. */
export async function boot(record: ServerRecord): Promise<void> {
  const folder = serverFolder(record.name);
  const log = await open(join(folder, 'log'), 'a');
  const permit = await givePermit(record.name);
  const args = [sandboxFile('boot.sh'), folder, record.machine, record.name, permit];
  const child = spawn('/bin/sh', args, { detached: true, stdio: ['ignore', log.fd, log.fd] });
  child.unref();
  await log.close();

  const supervisor = await until(() => readSupervisor(record.name), { deadlineMs: 10_000, everyMs: 10 });
  if (!supervisor) throw await failure(record, 'did not start');
  await connect(record, supervisor.pid);
  const up = await until(async () => ((await isAlive(supervisor)) ? await greets(record.address) : false), {
    deadlineMs: 60_000,
  });
  if (!up) throw await failure(record, up === false ? 'ended while it booted' : 'has no sshd after 60 s');
  const booted = await execOn(record.name, 'systemctl is-system-running --wait', { timeoutMs: 60_000 });
  if (booted.stdout.trim() === 'running') return;
  const failed = await execOn(record.name, 'systemctl --failed --no-legend');
  const said = [booted.stdout, booted.stderr, failed.stdout].join('').trim();
  throw await failure(record, `booted, but its services are not all up: ${said}`);
}

/** Ends a server at once, without a word to what runs there, and boots it again. */
export async function reboot(record: ServerRecord): Promise<void> {
  await endProcesses(record.machine);
  await disconnect(record);
  // Or the supervisor before would be taken for the new one.
  await rm(join(serverFolder(record.name), 'pid'), { force: true });
  await boot(record);
}

async function failure(record: ServerRecord, what: string): Promise<SandboxError> {
  const log = await readFile(join(serverFolder(record.name), 'log'), 'utf8').catch(() => '');
  return new SandboxError(
    `the server ${record.name} ${what}; the end of its console:\n${log.split('\n').slice(-12).join('\n')}`,
  );
}
