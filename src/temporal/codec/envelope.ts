import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { Payload } from '@temporalio/common';
import proto from '@temporalio/proto';
import type { CodecKey } from './keys.js';

/** The names that Temporal's own examples of encryption use. */
const encoding = 'binary/encrypted';
const cipher = 'AES-256-GCM';
const ivBytes = 12;
const tagBytes = 16;

/** For what a payload is sealed: one workflow's id, or a dialog of the Web UI that was filled in at this time. */
export type Bound = { workflow: string } | { dialogAt: number };

export interface Opened {
  payload: Payload;
  /** undefined: it was made by a belay that sealed for whatever workflow. */
  seal?: Bound;
}

/**
 * Encrypts a whole payload with AES-256-GCM. The new one's data: 12 bytes of initialization vector, 16 of tag, then the
 * encrypted protobuf of the old one. For what it is sealed stands beside it in the open, and is authenticated with it.
 */
export function sealPayload(payload: Payload, key: CodecKey, bound: Bound): Payload {
  const iv = randomBytes(ivBytes);
  const ciphering = createCipheriv('aes-256-gcm', key.bytes, iv);
  const seal = JSON.stringify(bound);
  ciphering.setAAD(authenticated(key.id, seal));
  const open = proto.temporal.api.common.v1.Payload.encode(payload).finish();
  const sealed = Buffer.concat([ciphering.update(open), ciphering.final()]);
  return {
    metadata: {
      encoding: Buffer.from(encoding),
      'encryption-cipher': Buffer.from(cipher),
      'encryption-key-id': Buffer.from(key.id),
      'encryption-key-check': Buffer.from(checkOf(key)),
      'belay-sealed-for': Buffer.from(seal),
    },
    data: Buffer.concat([iv, ciphering.getAuthTag(), sealed]),
  };
}

/** @throws where another key sealed it, or somebody without any */
export function openPayload(sealed: Payload, key: CodecKey): Opened {
  const data = Buffer.from(sealed.data ?? []);
  const seal = field(sealed, 'belay-sealed-for');
  const decipher = createDecipheriv('aes-256-gcm', key.bytes, data.subarray(0, ivBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(authenticated(key.id, seal));
  decipher.setAuthTag(data.subarray(ivBytes, ivBytes + tagBytes));
  const open = Buffer.concat([decipher.update(data.subarray(ivBytes + tagBytes)), decipher.final()]);
  const payload = proto.temporal.api.common.v1.Payload.decode(open);
  return seal === '' ? { payload } : { payload, seal: JSON.parse(seal) as Bound };
}

/** Whether a payload is one that only a key opens. */
export function isSealedPayload(payload: Payload): boolean {
  return field(payload, 'encoding') === encoding;
}

export function keyIdOf(sealed: Payload): string {
  return field(sealed, 'encryption-key-id');
}

/** The key by which a payload says that it was sealed; undefined where none of these is that one. */
export function keyOf(sealed: Payload, keys: readonly CodecKey[]): CodecKey | undefined {
  const key = keys.find(({ id }) => id === keyIdOf(sealed));
  const check = field(sealed, 'encryption-key-check');
  return key !== undefined && (check === '' || check === checkOf(key)) ? key : undefined;
}

/** Whether a payload says that one of these very keys sealed it: where that does not open it, nobody's else will. */
export function claimsKey(sealed: Payload, keys: readonly CodecKey[]): boolean {
  return field(sealed, 'encryption-key-check') !== '' && keyOf(sealed, keys) !== undefined;
}

/** Earlier ones authenticated the key's id alone. */
function authenticated(id: string, seal: string): Buffer {
  return Buffer.from(seal === '' ? id : `${id}\n${seal}`);
}

/** Tells two keys of one id apart, and nothing else of them. */
function checkOf({ bytes }: CodecKey): string {
  return createHash('sha256').update('belay codec key check').update(bytes).digest('hex').slice(0, 8);
}

function field({ metadata }: Payload, name: string): string {
  return Buffer.from(metadata?.[name] ?? []).toString();
}
