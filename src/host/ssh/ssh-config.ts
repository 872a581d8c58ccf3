import { homedir, hostname, userInfo } from 'node:os';
import { execa } from 'execa';
import { failureTypes } from '../../domain/runbook/failure.js';
import { HostError } from '../types.js';

/** How OpenSSH would reach a host: what `ssh -G` says of it (ssh_config(5)), paths expanded. */
export interface SshConfig {
  alias: string;
  /** The configuration file that was used instead of ~/.ssh/config. */
  file?: string;
  /** Name or address to connect to. */
  host: string;
  port: number;
  user: string;
  identityFiles: string[];
  /** Only the agent's keys that IdentityFile names are offered. */
  identitiesOnly: boolean;
  /** The agent's socket; null: none. */
  agent: string | null;
  knownHostsFiles: string[];
  /** A file of host keys that are not to be accepted. */
  revokedHostKeys?: string;
  /** The name that known_hosts has, where HostKeyAlias gives one. */
  hostKeyAlias?: string;
  /** ProxyJump's hops, the first to connect to first. */
  jumps: Jump[];
  connectTimeoutMs: number;
}

export interface Jump {
  host: string;
  user?: string;
  port?: string;
}

const connectTimeoutMs = 15_000;
/** A configuration may hand the name to a shell (`Match exec`, with %n): what OpenSSH itself refuses in a name since 9.6. */
// eslint-disable-next-line no-control-regex -- those too
const unfit = /[\s\0-\x1f\x7f'"`$\\;&<>|(){}]/;

/**
 * Asks OpenSSH itself how it would reach a host, so that belay does as `ssh ALIAS` does.
 *
 * @param override what a hop of ProxyJump says of itself
 * @throws HostError Configuration: a bad alias or file, no OpenSSH client, ProxyCommand.
 */
export async function sshConfig(
  reach: { alias: string; sshConfig?: string },
  override: Pick<Jump, 'user' | 'port'> = {},
): Promise<SshConfig> {
  const { alias, sshConfig: file } = reach;
  if (alias === '' || alias.startsWith('-') || unfit.test(alias)) {
    throw new HostError(
      failureTypes.configuration,
      `A host's name cannot be ${JSON.stringify(alias)}: expected a name as in ~/.ssh/config, without spaces and quotes, and not beginning with a dash.`,
    );
  }
  const args = ['-G', ...(file === undefined ? [] : ['-F', file])];
  if (override.user !== undefined) args.push('-l', override.user);
  if (override.port !== undefined) args.push('-p', override.port);
  const asked = await execa('ssh', [...args, '--', alias], {
    reject: false,
    stdin: 'ignore',
    timeout: 10_000,
  });
  if (asked.exitCode !== 0) {
    const said = asked.stderr.trim() || asked.shortMessage || 'nothing';
    throw new HostError(
      failureTypes.configuration,
      asked.code === 'ENOENT'
        ? `belay reads ~/.ssh/config through OpenSSH, and there is no ssh on this machine's PATH: install the OpenSSH client.`
        : `OpenSSH cannot say how to reach ${alias}: \`ssh ${args.join(' ')} -- ${alias}\` said ${JSON.stringify(said)}. ` +
            `Mend ${file ?? '~/.ssh/config'}.`,
    );
  }
  return read(asked.stdout, alias, file);
}

/** Reads the lines of `ssh -G`: `keyword value`, keywords in lower case, repeated where there are several values. */
function read(text: string, alias: string, file?: string): SshConfig {
  const values = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [, keyword, value] = /^(\S+) (.*)$/.exec(line.trim()) ?? [];
    if (keyword !== undefined && value !== undefined)
      values.set(keyword, [...(values.get(keyword) ?? []), value]);
  }
  const one = (keyword: string): string | undefined => {
    const value = values.get(keyword)?.[0];
    return value === 'none' ? undefined : value;
  };
  if (one('proxycommand') !== undefined) {
    throw new HostError(
      failureTypes.configuration,
      `${alias} is reached through ProxyCommand, which belay does not run. Use ProxyJump in ${file ?? '~/.ssh/config'}.`,
    );
  }
  const host = one('hostname') ?? alias;
  const port = one('port') ?? '22';
  const user = one('user') ?? userInfo().username;
  const tokens: Record<string, string> = {
    '%': '%',
    d: userInfo().homedir,
    h: host,
    k: one('hostkeyalias') ?? alias,
    l: hostname(),
    n: alias,
    p: port,
    r: user,
    u: userInfo().username,
  };
  const path = (written: string): string => expand(written, tokens);
  const files = (keyword: string): string[] => (one(keyword) ?? '').split(' ').filter((word) => word !== '');
  const seconds = Number(one('connecttimeout') ?? Number.NaN);
  return {
    alias,
    file,
    host,
    port: Number(port),
    user,
    identityFiles: (values.get('identityfile') ?? []).filter((value) => value !== 'none').map(path),
    identitiesOnly: one('identitiesonly') === 'yes',
    agent: agentSocket(values.get('identityagent')?.[0], path),
    knownHostsFiles: [...files('userknownhostsfile'), ...files('globalknownhostsfile')].map(path),
    ...(one('revokedhostkeys') === undefined ? {} : { revokedHostKeys: path(one('revokedhostkeys') ?? '') }),
    hostKeyAlias: one('hostkeyalias'),
    jumps: (one('proxyjump') ?? '')
      .split(',')
      .filter((hop) => hop !== '')
      .map(jump),
    connectTimeoutMs: seconds > 0 ? Math.min(seconds * 1000, 60_000) : connectTimeoutMs,
  };
}

/** `~/`, `${NAME}` and percent tokens, as ssh_config(5) has them; the home is the user database's, as OpenSSH's. */
function expand(written: string, tokens: Record<string, string>): string {
  const home = userInfo().homedir || homedir();
  return written
    .replace(/^"(.*)"$/, '$1')
    .replace(/^~(?=\/|$)/, () => home)
    .replace(/\$\{(\w+)\}/g, (_, name: string) => process.env[name] ?? '')
    .replace(/%(.)/g, (whole, token: string) => tokens[token] ?? whole);
}

function agentSocket(written: string | undefined, path: (written: string) => string): string | null {
  if (written === 'none') return null;
  if (written === undefined || written === 'SSH_AUTH_SOCK') return process.env.SSH_AUTH_SOCK || null;
  if (/^\$\w+$/.test(written)) return process.env[written.slice(1)] || null;
  return path(written);
}

/** `[user@]host[:port]` or `ssh://[user@]host[:port]`; an IPv6 address stands in brackets. */
function jump(written: string): Jump {
  const [, user, bracketed, host, port] =
    /^(?:ssh:\/\/)?(?:(.*)@)?(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?\/?$/.exec(written) ?? [];
  return { host: bracketed ?? host ?? written, user, port };
}
