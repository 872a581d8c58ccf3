import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import type { Reach } from '../../domain/app/app.js';
import { failureTypes } from '../../domain/runbook/failure.js';
import { connect, destinationOf, unreachableFrom } from './connect.js';
import { SshSession } from './session.js';
import { sshConfig, type SshConfig } from './ssh-config.js';
import { HostError, type Hosts } from '../types.js';
import { within } from './within.js';

const idleMs = 5 * 60_000;

/** Connections over SSH, one a host; opened once even where many ask at the same moment. Idle ones are closed after 5 min. */
export class SshHosts implements Hosts {
  readonly #sessions = new Map<string, Promise<SshSession>>();
  readonly #idle: NodeJS.Timeout;

  constructor(private readonly idle = idleMs) {
    this.#idle = setInterval(() => void this.#closeIdle(), Math.min(idle, 30_000));
    // The process may end all the same.
    this.#idle.unref();
  }

  session(reach: Reach): Promise<SshSession> {
    const key = JSON.stringify([reach.alias, reach.sshConfig ?? null]);
    const known = this.#sessions.get(key);
    if (known !== undefined) return known;
    const forget = (): void => {
      if (this.#sessions.get(key) === opening) this.#sessions.delete(key);
    };
    const opening = open(reach, forget);
    this.#sessions.set(key, opening);
    opening.catch(forget);
    return opening;
  }

  async close(): Promise<void> {
    clearInterval(this.#idle);
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    for (const opened of await Promise.allSettled(sessions)) {
      if (opened.status === 'fulfilled') opened.value.close();
    }
  }

  async #closeIdle(): Promise<void> {
    for (const [key, opening] of this.#sessions) {
      const session = await opening.catch(() => undefined);
      if (session === undefined || session.active > 0 || Date.now() - session.lastUsed < this.idle) continue;
      this.#sessions.delete(key);
      session.close();
    }
  }
}

async function open(reach: Reach, onClosed: () => void): Promise<SshSession> {
  const config = await sshConfig(reach);
  const hops: Client[] = [];
  const client = await through(config, hops, reach.sshConfig);
  client.on('close', () => {
    onClosed();
    for (const hop of hops) hop.destroy();
  });
  return new SshSession(reach.alias, destinationOf(config), client);
}

/** Connects hop by hop where ProxyJump says so, each hop with a host key and a login of its own. */
async function through(config: SshConfig, hops: Client[], file?: string): Promise<Client> {
  const way = await hopsOf(config, file);
  let stream: Duplex | undefined;
  try {
    for (const [index, hop] of way.entries()) {
      const client = await connect(hop, stream);
      hops.push(client);
      const session = new SshSession(hop.alias, destinationOf(hop), client);
      stream = await forward(session, hop, way[index + 1] ?? config);
    }
    return await connect(config, stream);
  } catch (error) {
    for (const hop of hops) hop.destroy();
    throw error;
  }
}

/**
 * The hops to a host, the first to connect to first. As with OpenSSH, the first that ProxyJump names may be reached
 * through hops of its own.
 * @throws HostError Configuration where that leads back to where it came from
 */
async function hopsOf(config: SshConfig, file?: string, from: readonly string[] = []): Promise<SshConfig[]> {
  const passed = [...from, config.alias];
  const named = config.jumps.map((jump) => sshConfig({ alias: jump.host, sshConfig: file }, jump));
  const hops = await Promise.all(named);
  const [first] = hops;
  if (first === undefined) return [];
  if (passed.includes(first.alias)) {
    throw new HostError(
      failureTypes.configuration,
      `ProxyJump in ${file ?? '~/.ssh/config'} leads in a circle: ${[...passed, first.alias].join(' → ')}. ` +
        `Give ${config.alias} \`ProxyJump none\`.`,
    );
  }
  return [...(await hopsOf(first, file, passed)), ...hops];
}

async function forward(session: SshSession, hop: SshConfig, to: SshConfig): Promise<Duplex> {
  const late = (): Error => new Error(`no answer within ${to.connectTimeoutMs / 1000} s`);
  try {
    return await within(to.connectTimeoutMs, session.forward({ address: to.host, port: to.port }), late);
  } catch (cause) {
    if (cause instanceof HostError) throw cause;
    throw unreachableFrom(hop, to, cause as Error);
  }
}
