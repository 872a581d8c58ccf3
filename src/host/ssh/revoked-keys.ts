import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { failureTypes } from '../../domain/runbook/failure.js';
import { HostError } from '../types.js';

/** How a key revocation list begins (OpenSSH's PROTOCOL.krl); a file that begins otherwise has a public key a line. */
const listMagic = Buffer.from('SSHKRL\n\0', 'latin1');

/** A host's key, as known_hosts has it. */
interface PublicKey {
  type: string;
  /** Base64. */
  key: string;
}

/**
 * Which of a host's known keys RevokedHostKeys revokes (ssh_config(5)).
 *
 * @throws HostError HostKeyRefused where the file cannot be read or makes no sense: OpenSSH refuses every host then, too
 */
export async function revokedAmong<Key extends PublicKey>(
  file: string,
  keys: readonly Key[],
): Promise<Key[]> {
  const content = await readFile(file).catch((cause: unknown) => {
    throw unusable(file, cause instanceof Error ? cause.message : String(cause), cause);
  });
  if (content.subarray(0, listMagic.length).equals(listMagic)) return inList(file, keys);
  const plain = new Set(
    content
      .toString('utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/).slice(0, 2).join(' ')),
  );
  return keys.filter(({ type, key }) => plain.has(`${type} ${key}`));
}

async function inList<Key extends PublicKey>(file: string, keys: readonly Key[]): Promise<Key[]> {
  const folder = await mkdtemp(join(tmpdir(), 'belay-revoked-'));
  try {
    const revoked: Key[] = [];
    for (const one of keys) {
      const candidate = join(folder, 'key.pub');
      await writeFile(candidate, `${one.type} ${one.key}\n`);
      const { exitCode, stdout, stderr, shortMessage } = await execa(
        'ssh-keygen',
        ['-Q', '-f', file, candidate],
        {
          reject: false,
          stdin: 'ignore',
          timeout: 10_000,
        },
      );
      if (exitCode === 0) continue;
      if (!stdout.includes('REVOKED')) throw unusable(file, stderr.trim() || (shortMessage ?? 'nothing'));
      revoked.push(one);
    }
    return revoked;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function unusable(file: string, why: string, cause?: unknown): HostError {
  return new HostError(
    failureTypes.hostKey,
    `RevokedHostKeys names ${file}, which cannot be used (${why}): expected a list of public keys or a key revocation list. ` +
      'No host is trusted without it; mend it, or take it out of the SSH configuration.',
    { cause },
  );
}
