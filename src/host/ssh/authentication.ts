import { readFile } from 'node:fs/promises';
import ssh2, { type AnyAuthMethod, type ParsedKey } from 'ssh2';
import { agentKeys, ChosenKeys } from './agent.js';
import { fingerprint } from './known-hosts.js';
import type { SshConfig } from './ssh-config.js';

/** The ways to log in, in the order in which they are tried, and what a failure tells of them. */
export interface Authentication {
  methods: AnyAuthMethod[];
  /** One phrase a key that is offered. */
  offered: string[];
  /** One phrase a key that cannot be, with the reason. */
  unusable: string[];
}

/**
 * Finds the keys that OpenSSH would offer, in its order: the agent's that IdentityFile names, the agent's others, then files.
 * A key with a passphrase is used through the agent only.
 */
export async function authentication(config: SshConfig): Promise<Authentication> {
  // Servers such as Tailscale's let in whom they know by the connection.
  const found: Authentication = {
    methods: [{ type: 'none', username: config.user }],
    offered: [],
    unusable: [],
  };
  const identities = (await Promise.all(config.identityFiles.map(readIdentity))).filter(
    (identity) => identity !== null,
  );
  const held = new Set<string>();

  if (config.agent !== null) {
    const answer = await agentKeys(config.agent);
    if (answer instanceof Error) {
      found.unusable.push(`the agent at ${config.agent} (${answer.message})`);
    } else {
      const rank = (key: ParsedKey): number =>
        identities.findIndex((identity) => identity.publicKey === blob(key));
      const named = answer.keys.filter((key) => rank(key) >= 0).sort((a, b) => rank(a) - rank(b));
      const others = config.identitiesOnly ? [] : answer.keys.filter((key) => rank(key) < 0);
      const keys = [...named, ...others];
      for (const key of keys) held.add(blob(key));
      found.offered.push(
        ...keys.map((key) => `${fingerprint(key.getPublicSSH())} of the agent (${key.comment})`),
      );
      if (keys.length === 0)
        found.unusable.push(`the agent at ${config.agent} (it holds no key for this host)`);
      else
        found.methods.push({
          type: 'agent',
          username: config.user,
          agent: new ChosenKeys(answer.agent, keys),
        });
    }
  }
  for (const { file, publicKey, privateKey, problem } of identities) {
    if (publicKey !== undefined && held.has(publicKey)) continue;
    if (privateKey === undefined) {
      found.unusable.push(`${file} (${problem ?? 'there is only its public half, and no agent holds it'})`);
      continue;
    }
    found.offered.push(`${fingerprint(privateKey.getPublicSSH())} of ${file}`);
    found.methods.push({ type: 'publickey', username: config.user, key: privateKey });
  }
  return found;
}

interface Identity {
  file: string;
  /** Base64. */
  publicKey?: string;
  privateKey?: ParsedKey;
  /** Why the file cannot be used. */
  problem?: string;
}

/** An IdentityFile and the .pub beside it; null where there is neither. */
async function readIdentity(file: string): Promise<Identity | null> {
  const [own, beside] = await Promise.all([readKey(file), readKey(`${file}.pub`)]);
  if (own === null && beside === null) return null;
  const usable = own instanceof Error ? null : own;
  const half = usable ?? (beside instanceof Error ? null : beside);
  return {
    file,
    publicKey: half === null ? undefined : blob(half),
    privateKey: usable?.isPrivateKey() === true ? usable : undefined,
    problem: own instanceof Error ? reason(own) : undefined,
  };
}

async function readKey(file: string): Promise<ParsedKey | Error | null> {
  let text: Buffer;
  try {
    text = await readFile(file);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : (error as Error);
  }
  const key = ssh2.utils.parseKey(text) as ParsedKey | ParsedKey[] | Error;
  return Array.isArray(key) ? (key[0] ?? null) : key;
}

function reason(error: Error): string {
  return /encrypted/i.test(error.message) ? 'it has a passphrase, and no agent holds it' : error.message;
}

function blob(key: ParsedKey): string {
  const publicKey: string | Buffer = key.getPublicSSH();
  return Buffer.from(publicKey).toString('base64');
}
