import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import type { ServerHostKeyAlgorithm } from 'ssh2';
import { execa } from 'execa';
import { failureTypes } from '../../domain/runbook/failure.js';
import { revokedAmong } from './revoked-keys.js';
import type { SshConfig } from './ssh-config.js';
import { HostError } from '../types.js';

/** One line of a known_hosts file that speaks of the host (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
export interface KnownKey {
  marker: '' | '@revoked' | '@cert-authority';
  /** `ssh-ed25519` … */
  type: string;
  /** Base64, as it stands in the file. */
  key: string;
  file: string;
  /** The name under which it was found: `web1`, `[web1]:2222`. */
  name: string;
}

/**
 * What the known_hosts files say of a host. OpenSSH's own ssh-keygen looks it up, so hashed names, ports, patterns and
 * markers mean what they mean to ssh. One that RevokedHostKeys revokes is there as `@revoked` too.
 * @throws HostError HostKeyRefused where that file cannot be used
 */
export async function knownKeys(config: SshConfig): Promise<KnownKey[]> {
  const keys: KnownKey[] = [];
  for (const name of names(config)) {
    for (const file of config.knownHostsFiles) {
      if (!(await readable(file))) continue;
      const found = await execa('ssh-keygen', ['-F', name, '-f', file], {
        reject: false,
        stdin: 'ignore',
        timeout: 10_000,
      });
      for (const line of found.stdout.split('\n')) {
        const fields = /^(?:(@revoked|@cert-authority)\s+)?\S+\s+(\S+)\s+(\S+)/.exec(line);
        if (line.startsWith('#') || fields === null) continue;
        const [, marker = '', type = '', key = ''] = fields;
        keys.push({ marker: marker as KnownKey['marker'], type, key, file, name });
      }
    }
  }
  const file = config.revokedHostKeys;
  if (file === undefined) return keys;
  const revoked = await revokedAmong(file, keys);
  return [...keys, ...revoked.map((key): KnownKey => ({ ...key, marker: '@revoked', file }))];
}

/**
 * The algorithms to ask the host for: first those of the keys that are known, or the host would show another of its keys
 * and be refused for it.
 */
export function hostKeyAlgorithms(known: readonly KnownKey[]): ServerHostKeyAlgorithm[] {
  const all: ServerHostKeyAlgorithm[] = [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ];
  const types = new Set(known.filter((entry) => entry.marker === '').map((entry) => entry.type));
  const isKnown = (algorithm: string): boolean =>
    types.has(algorithm.startsWith('rsa-') ? 'ssh-rsa' : algorithm);
  return [...all.filter(isKnown), ...all.filter((algorithm) => !isKnown(algorithm))];
}

/**
 * Why a host's key is not accepted; null where it is.
 *
 * @param key the public key as the host sent it (RFC 4253 section 6.6)
 */
export function refuseHostKey(config: SshConfig, known: readonly KnownKey[], key: Buffer): HostError | null {
  const base64 = key.toString('base64');
  const type = key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1');
  const same = known.filter((entry) => entry.key === base64);
  const shown = `its ${type} key ${fingerprint(key)}`;
  const [name = config.alias] = names(config);
  const revoked = same.find((entry) => entry.marker === '@revoked');
  if (revoked !== undefined) {
    return refused(
      config,
      `${shown} is revoked in ${revoked.file} (@revoked of known_hosts, or RevokedHostKeys). Do not connect; give the host a new key.`,
    );
  }
  if (same.some((entry) => entry.marker === '')) return null;

  // OpenSSH accepts a match without the port; that another key is known there says nothing.
  const own = known.filter((entry) => entry.name === name && entry.marker !== '@revoked');
  const changed = own.find((entry) => entry.marker === '' && entry.type === type);
  const ask = `ssh ${config.file === undefined ? '' : `-F ${config.file} `}-o StrictHostKeyChecking=ask ${config.alias} exit`;
  if (changed !== undefined) {
    return refused(
      config,
      `its key has changed: expected ${fingerprint(Buffer.from(changed.key, 'base64'))} (${type}, in ${changed.file}), ` +
        `came ${fingerprint(key)}. Somebody may be in between, or the host was made anew. Where you are sure that it was: ` +
        `\`ssh-keygen -R '${name}' -f ${changed.file}\`, then \`${ask}\`.`,
    );
  }
  if (own.some((entry) => entry.marker === '@cert-authority')) {
    return refused(
      config,
      `known_hosts trusts a certificate authority for it, and belay knows no SSH certificates. ` +
        `Add ${shown} itself to ${own[0]?.file ?? 'known_hosts'}.`,
    );
  }
  const others =
    own.length === 0 ? '' : ` (known_hosts has only ${own.map((entry) => entry.type).join(', ')})`;
  return refused(
    config,
    `${shown} is not in known_hosts${others}. Compare that fingerprint with the one that the host's own ` +
      `\`ssh-keygen -lf /etc/ssh/ssh_host_${keyFile(type)}_key.pub\` prints, then accept it with \`${ask}\`.`,
  );
}

/** `SHA256:…`, as OpenSSH writes it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The names that ssh looks for: with the port where it is not 22, then without. */
function names(config: SshConfig): string[] {
  if (config.hostKeyAlias !== undefined) return [config.hostKeyAlias];
  const host = config.host.toLowerCase();
  return config.port === 22 ? [host] : [`[${host}]:${config.port}`, host];
}

function keyFile(type: string): string {
  return type.startsWith('ecdsa') ? 'ecdsa' : type.replace('ssh-', '');
}

function refused(config: SshConfig, why: string): HostError {
  return new HostError(
    failureTypes.hostKey,
    `${config.alias} (${config.host}:${config.port}) was refused: ${why}`,
  );
}

async function readable(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
