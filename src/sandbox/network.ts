import { createHash } from 'node:crypto';
import { execa } from 'execa';
import { SandboxError } from './error.js';
import { childrenOf } from './process-id.js';
import { readRecord, serverFolder, serverNames, type ServerRecord } from './record.js';
import { until } from './wait.js';

/** 10.231.0.0/16 in networks of four addresses. */
const pairs = 16_384;

/** A machine name that no other server has, whatever its state folder; with `ve-` it fits a link's 15 characters. */
export function machineName(name: string): string {
  return `${name.slice(0, 4)}-${digest(name).slice(0, 6)}`;
}

/**
 * An address pair that no other server and no interface of this machine has: counted up from the name's digest, so
 * that servers made at the same moment from different state folders do not meet.
 */
export async function freePair(name: string): Promise<{ address: string; gateway: string }> {
  const taken = await takenGateways();
  const first = parseInt(digest(name).slice(0, 8), 16);
  for (let step = 0; step < pairs; step++) {
    const base = ((first + step) % pairs) * 4;
    const at = (host: number) => `10.231.${(base + host) >> 8}.${(base + host) & 255}`;
    if (!taken.has(at(1))) return { gateway: at(1), address: at(2) };
  }
  throw new SandboxError(
    `all ${pairs} address pairs of 10.231.0.0/16 are taken; end servers by \`belay sandbox destroy --all\``,
  );
}

async function takenGateways(): Promise<Set<string>> {
  const records = await Promise.all((await serverNames()).map(readRecord));
  const { stdout } = await execa('ip', ['-json', '-4', 'address']);
  const links = JSON.parse(stdout) as { addr_info?: { local: string }[] }[];
  return new Set([
    ...records.flatMap((record) => (record ? [record.gateway] : [])),
    ...links.flatMap((link) => (link.addr_info ?? []).map((info) => info.local)),
  ]);
}

/**
 * Gives both ends of a starting server's link their addresses.
 * @param supervisor pid of its systemd-nspawn
 */
export async function connect(record: ServerRecord, supervisor: number): Promise<void> {
  const link = linkName(record);
  const done = await until(
    async () => {
      const leader = (await childrenOf(supervisor))[0];
      if (leader === undefined) return undefined;
      // The link comes up in steps: until both ends are there, one of these fails.
      const inside = ['-t', String(leader), '-n', 'ip'];
      return (
        (await succeeds('ip', ['address', 'replace', `${record.gateway}/30`, 'dev', link])) &&
        (await succeeds('ip', ['link', 'set', link, 'up'])) &&
        (await succeeds('nsenter', [
          ...inside,
          'address',
          'replace',
          `${record.address}/30`,
          'dev',
          'host0',
        ])) &&
        (await succeeds('nsenter', [...inside, 'link', 'set', 'host0', 'up'])) &&
        true
      );
    },
    { deadlineMs: 20_000 },
  );
  if (done) return;
  throw new SandboxError(
    `the network link ${link} of ${record.name} did not appear; see ${serverFolder(record.name)}/log`,
  );
}

/** The link goes with its server; one that is left over, as after a crash, is removed here. */
export async function disconnect(record: ServerRecord): Promise<void> {
  await execa('ip', ['link', 'delete', linkName(record)], { reject: false });
}

function linkName(record: ServerRecord): string {
  return `ve-${record.machine}`;
}

async function succeeds(file: string, args: string[]): Promise<true | undefined> {
  return (await execa(file, args, { reject: false })).exitCode === 0 || undefined;
}

function digest(name: string): string {
  return createHash('sha256').update(serverFolder(name)).digest('hex');
}
