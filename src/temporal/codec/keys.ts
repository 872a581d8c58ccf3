import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { reason, TemporalError } from '../error.js';

/** A key of the payload codec. */
export interface CodecKey {
  /** Stands in every payload that it encrypted. */
  id: string;
  /** 32 bytes, for AES-256. */
  bytes: Buffer;
}

const example = 'belay codec key';

/**
 * The keys by which what belay writes into Temporal is encrypted: the first encrypts, all decrypt. They are read from the
 * file BELAY_CODEC_KEY_FILE, or from what the command BELAY_CODEC_KEY_COMMAND prints: a line `<id>:<32 bytes in base64>` for
 * each; empty lines and those that begin with # are left out. Empty where neither is set.
 * @throws TemporalError where they cannot be had or make no sense; no message holds a key
 */
export function codecKeys(env: NodeJS.ProcessEnv = process.env): CodecKey[] {
  const file = env['BELAY_CODEC_KEY_FILE'] ?? '';
  const command = env['BELAY_CODEC_KEY_COMMAND'] ?? '';
  if (file !== '' && command !== '')
    throw new TemporalError('BELAY_CODEC_KEY_FILE and BELAY_CODEC_KEY_COMMAND are both set: set one of them');
  if (file !== '') return parse(readKeyFile(file), `the file ${file} (BELAY_CODEC_KEY_FILE)`);
  if (command !== '') return parse(outputOf(command, env), `what BELAY_CODEC_KEY_COMMAND prints`);
  return [];
}

/** Tells sets of keys apart, and nothing else of them; empty for none. */
export function fingerprint(keys: readonly CodecKey[]): string {
  if (keys.length === 0) return '';
  const hash = createHash('sha256');
  for (const { id, bytes } of keys) hash.update(`${id}:`).update(bytes);
  return hash.digest('hex').slice(0, 16);
}

function readKeyFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new TemporalError(`the codec's keys cannot be read from BELAY_CODEC_KEY_FILE: ${reason(error)}`, {
      cause: error,
    });
  }
}

function outputOf(command: string, env: NodeJS.ProcessEnv): string {
  const { status, stdout, stderr, error } = spawnSync('/bin/sh', ['-c', command], {
    env,
    encoding: 'utf8',
    timeout: 30_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (status === 0) return stdout;
  const why = error ? reason(error) : stderr.trim().split('\n').at(-1)?.slice(0, 300);
  throw new TemporalError(
    `BELAY_CODEC_KEY_COMMAND failed with exit status ${status ?? 'none'}: ${why ?? ''}`,
  );
}

function parse(text: string, where: string): CodecKey[] {
  const keys = text.split('\n').flatMap((line, index): CodecKey[] => {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) return [];
    const [, id, base64 = ''] = /^([\w.-]{1,64}):([A-Za-z0-9+/]+={0,2})$/.exec(trimmed) ?? [];
    const bytes = Buffer.from(base64, 'base64');
    if (id === undefined || bytes.length !== 32)
      throw new TemporalError(
        `${where}, line ${index + 1}: expected <id>:<32 bytes in base64>, got a line of ${trimmed.length} characters; make one: ${example}`,
      );
    return [{ id, bytes }];
  });
  if (keys.length === 0) throw new TemporalError(`${where} holds no key; make one: ${example}`);
  const twice = keys.find(({ id }, index) => keys.findIndex((key) => key.id === id) !== index);
  if (twice) throw new TemporalError(`${where} has two keys of the id ${twice.id}; give each its own`);
  return keys;
}
