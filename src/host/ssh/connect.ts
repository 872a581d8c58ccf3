import { NodeSSH } from 'node-ssh';
import type { Client, ClientErrorExtensions } from 'ssh2';
import type { Duplex } from 'node:stream';
import { failureTypes } from '../../domain/runbook/failure.js';
import { authentication, type Authentication } from './authentication.js';
import { hostKeyAlgorithms, knownKeys, refuseHostKey } from './known-hosts.js';
import type { SshConfig } from './ssh-config.js';
import { HostError } from '../types.js';
import { within } from './within.js';

// A peer that is gone is noticed at the third unanswered message: within 12 s.
const keepalive = { keepaliveInterval: 4000, keepaliveCountMax: 2 };

/** `user@host:port`. */
export function destinationOf(config: SshConfig): string {
  return `${config.user}@${config.host.includes(':') ? `[${config.host}]` : config.host}:${config.port}`;
}

/**
 * Opens a connection: host key checked, logged in.
 *
 * @param through a stream to the host's SSH port, where hops lie in between
 * @throws HostError HostUnknown, HostUnreachable, AuthenticationFailed, HostKeyRefused, Configuration
 */
export async function connect(config: SshConfig, through?: Duplex): Promise<Client> {
  const [known, login] = await Promise.all([knownKeys(config), authentication(config)]);
  const seen: { refusal: HostError | null } = { refusal: null };
  const ssh = new NodeSSH();
  const connecting = ssh.connect({
    ...(through === undefined ? { host: config.host, port: config.port } : { sock: through }),
    username: config.user,
    authHandler: login.methods,
    algorithms: { serverHostKey: hostKeyAlgorithms(known) },
    hostVerifier: (key: Buffer) => (seen.refusal = refuseHostKey(config, known, key)) === null,
    readyTimeout: config.connectTimeoutMs,
    ...keepalive,
  });
  const client = ssh.connection;
  // node-ssh takes its own listener away once connected; an error that nobody listens to would end the process.
  client?.on('error', () => undefined);
  // Each script is a few small writes: what waits for the acknowledgement of the one before it waits 40 ms (RFC 896, RFC 1122 4.2.3.2).
  client?.setNoDelay(true);
  // ssh2's own deadline begins after the name was looked up.
  const late = (): Error => Object.assign(new Error('too late'), { level: 'client-timeout' });
  try {
    await within(config.connectTimeoutMs, connecting, late);
    if (client === null) throw new Error('node-ssh connected without a connection');
    return client;
  } catch (error) {
    client?.destroy();
    throw (
      seen.refusal ?? explain(config, login, error as Error & ClientErrorExtensions & NodeJS.ErrnoException)
    );
  }
}

/** What ProxyJump leads to cannot be reached from the hop before it. */
export function unreachableFrom(hop: SshConfig, config: SshConfig, cause: Error): HostError {
  return new HostError(
    failureTypes.hostUnreachable,
    `${destinationOf(config)} cannot be reached from ${destinationOf(hop)}, through which ProxyJump leads: ${cause.message}. ` +
      `Check HostName and Port in ${configFileOf(config)}, as ${hop.alias} knows them, and see whether \`${sshOf(config)}\` works.`,
    { cause },
  );
}

function explain(
  config: SshConfig,
  login: Authentication,
  cause: Error & ClientErrorExtensions & NodeJS.ErrnoException,
): HostError {
  const destination = destinationOf(config);
  const said = cause.message;
  if (cause.level === 'client-authentication' || /too many authentication failures/i.test(said)) {
    return refusedLogin(config, login, cause);
  }
  if (cause.code === 'ENOTFOUND') {
    return new HostError(
      failureTypes.hostUnknown,
      `${config.alias} is not known: DNS has no address for ${config.host}, and ${configFileOf(config)} gives none. ` +
        `Check the name in belay.yml, or add a Host entry with HostName there.`,
      { cause },
    );
  }
  if (cause.level === 'client-timeout') {
    return new HostError(
      failureTypes.hostUnreachable,
      `${destination} did not complete the SSH handshake within ${config.connectTimeoutMs / 1000} s. ` +
        `Check HostName and Port in ${configFileOf(config)}, that an SSH server listens there, and firewalls in between.`,
      { cause },
    );
  }
  if (/no matching .*(host key|algorithm|cipher|mac|kex)/i.test(said)) {
    return new HostError(
      failureTypes.configuration,
      `${destination} and belay have no common algorithm: ${said}. belay offers what current OpenSSH offers, no SSH certificates; ` +
        `update the host's SSH server, or give it an ed25519 host key.`,
      { cause },
    );
  }
  return new HostError(failureTypes.hostUnreachable, unreachable(config, said, cause.code), { cause });
}

function unreachable(config: SshConfig, said: string, code = ''): string {
  const destination = destinationOf(config);
  const tryIt = `see whether \`${sshOf(config)}\` works`;
  const mend = `Check HostName and Port in ${configFileOf(config)}, and`;
  if (code === 'ECONNREFUSED') {
    return `${destination} refuses connections (${code}): nothing listens on port ${config.port}. ${mend} ${tryIt}.`;
  }
  if (code === 'EAI_AGAIN') {
    return `${destination}: DNS does not answer for ${config.host} (${code}). Check this machine's network, and ${tryIt}.`;
  }
  if (/before handshake/i.test(said)) {
    return (
      `${destination} closed the connection before it greeted as an SSH server: it may be starting or shutting down, ` +
      `something else may listen on port ${config.port}, or a firewall lies in between. ${mend} ${tryIt}.`
    );
  }
  return `${destination} could not be reached: ${said || code || 'no reason given'}. Check that the host is up, and ${tryIt}.`;
}

/** How a person would log in to the same host. */
function sshOf({ file, alias }: SshConfig): string {
  if (file === undefined) return `ssh ${alias}`;
  return `ssh -F ${/^[\w./-]+$/.test(file) ? file : JSON.stringify(file)} ${alias}`;
}

function configFileOf({ file }: SshConfig): string {
  return file ?? '~/.ssh/config';
}

function refusedLogin(config: SshConfig, login: Authentication, cause?: Error): HostError {
  const offered =
    login.offered.length === 0
      ? 'there was no key to offer'
      : `it accepted none of: ${login.offered.join('; ')}`;
  const unusable = login.unusable.length === 0 ? '' : `. Not usable: ${login.unusable.join('; ')}`;
  return new HostError(
    failureTypes.authentication,
    `${destinationOf(config)} did not let belay in: ${offered}${unusable}. ` +
      `Check User and IdentityFile in ${configFileOf(config)}; put a key on the host with \`${sshOf(config).replace('ssh', 'ssh-copy-id')}\`, or load one that has a passphrase with \`ssh-add\`.`,
    { cause },
  );
}
