import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureBase } from './base.js';
import { boot, reboot } from './boot.js';
import { caFile } from './certificates.js';
import { destroyServer } from './destroy.js';
import { SandboxError } from './error.js';
import { arrangeIncident, incidentNames, layIncident } from './incident.js';
import { layKeys, sshConfigFile } from './keys.js';
import { mountOverlay } from './mounts.js';
import { freePair, machineName } from './network.js';
import { identify } from './process-id.js';
import {
  readRecord,
  serverFolder,
  serverNames,
  stateOf,
  writeRecord,
  type Likeness,
  type ServerRecord,
  type ServerState,
} from './record.js';
import { execOn, type Execution } from './ssh.js';
import { ensureTools, sandboxUnavailable } from './tools.js';

export { SandboxError } from './error.js';
export { layVersion } from './incident.js';
export { destroyServer } from './destroy.js';
export { serverNames } from './record.js';
export { sshArguments } from './ssh.js';
export { sandboxUnavailable } from './tools.js';

/** A throw-away server and how it is reached. */
export interface SandboxServer {
  /** Its name in `sshConfig`, and its host name. */
  name: string;
  address: string;
  /** Absolute path of an OpenSSH client configuration that knows it: BELAY_SSH_CONFIG. */
  sshConfig: string;
  /** The sites it serves → its address: BELAY_RESOLVE. */
  resolve: Record<string, string>;
  /** The certificate authority that signs those sites' certificates, PEM: BELAY_CA_FILE. */
  caFile: string;
  /** Runs a command line there as root; an exit status other than 0 is returned, not thrown. */
  exec(command: string): Promise<Execution>;
  /** Ends it as a power cut does, and starts it again with the same file system and address. */
  reboot(): Promise<void>;
  /** Ends it and removes all of it. */
  destroy(): Promise<void>;
}

/**
 * Makes a server and waits until it is up. One of that name that died is cleared away first.
 * @param options.name lower-case letters, digits and dashes
 * @param options.like `plain`: Debian with the packages of packages.txt. `incident`: as before the incident.
 * @param options.say receives progress on whatever takes long
 * @throws SandboxError where this machine cannot, or where a server of that name is there
 */
export async function createSandbox(options: {
  name: string;
  like?: Likeness;
  say?: (text: string) => void;
}): Promise<SandboxServer> {
  const { name, like = 'plain', say = () => undefined } = options;
  checkUsable(name);
  await ensureTools(say);
  const base = await ensureBase(say);
  await takeName(name);
  try {
    const record = await lay(name, like, base);
    await boot(record);
    if (like === 'incident') await arrangeIncident(name);
    await writeRecord({ ...record, ready: true });
    return serverOf(record);
  } catch (error) {
    await destroyServer(name);
    throw error;
  }
}

/** A server that is there and ready. @throws SandboxError where it is not */
export async function findSandbox(name: string): Promise<SandboxServer> {
  const record = await readRecord(name);
  const state = record ? await stateOf(name) : 'not there';
  if (record && state === 'running') return serverOf(record);
  const names = (await serverNames()).join(', ') || 'none';
  throw new SandboxError(
    `sandbox server ${name} is ${state} (there are: ${names}); make it by \`belay sandbox create ${name}\``,
  );
}

/** Every server of this state folder, left-over ones included, by name. */
export async function listSandboxes(): Promise<
  {
    name: string;
    state: ServerState;
    address: string | null;
    like: Likeness | null;
    created: string | null;
  }[]
> {
  return Promise.all(
    (await serverNames()).map(async (name) => {
      const record = await readRecord(name);
      const { address = null, like = null, created = null } = record ?? {};
      return { name, state: await stateOf(name), address, like, created };
    }),
  );
}

function checkUsable(name: string): void {
  const why = sandboxUnavailable();
  if (why)
    throw new SandboxError(`${why}; sandbox/Dockerfile makes a like server where Docker can pull images`);
  if (!/^[a-z0-9]([a-z0-9-]{0,29}[a-z0-9])?$/.test(name)) {
    throw new SandboxError(
      `"${name}" is no name for a server: expected at most 31 lower-case letters, digits and dashes, as in web1`,
    );
  }
}

/** Takes the name by making its folder, which only one process can. */
async function takeName(name: string): Promise<void> {
  await mkdir(join(serverFolder(name), '..'), { recursive: true });
  for (let attempt = 1; ; attempt++) {
    try {
      await mkdir(serverFolder(name), { mode: 0o700 });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const state = await stateOf(name);
    const live = state === 'running' || state === 'being made';
    if (live || attempt > 1) {
      throw new SandboxError(
        `sandbox server ${name} is there already (${state}); \`belay sandbox destroy ${name}\` ends it`,
      );
    }
    await destroyServer(name);
  }
}

/** Everything that a server needs on this machine before it boots. */
async function lay(name: string, like: Likeness, base: string): Promise<ServerRecord> {
  const creator = await identify(process.pid);
  if (!creator) throw new SandboxError('/proc is not readable: sandbox servers need it');
  const record: ServerRecord = {
    name,
    like,
    machine: machineName(name),
    ...(await freePair(name)),
    creator,
    ready: false,
    created: new Date().toISOString(),
  };
  await writeRecord(record);
  const folder = serverFolder(name);
  const at = { upper: join(folder, 'upper'), work: join(folder, 'work'), root: join(folder, 'root') };
  for (const part of Object.values(at)) await mkdir(part);
  await mountOverlay({ ...at, lower: base });
  await writeFile(join(at.root, 'etc/hostname'), `${name}\n`);
  await writeFile(join(at.root, 'etc/hosts'), `127.0.0.1 localhost\n127.0.1.1 ${name}\n::1 localhost\n`);
  await layKeys(record, at.root);
  if (like === 'incident') await layIncident(at.root);
  return record;
}

function serverOf(record: ServerRecord): SandboxServer {
  const { name, address } = record;
  const names = record.like === 'incident' ? incidentNames : [];
  return {
    name,
    address,
    sshConfig: sshConfigFile(),
    resolve: Object.fromEntries(names.map((site) => [site, address])),
    caFile: caFile(),
    exec: (command) => execOn(name, command),
    reboot: () => reboot(record),
    destroy: () => destroyServer(name),
  };
}
