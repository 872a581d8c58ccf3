import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { DataConverter, Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { failureTypes } from '../domain/failure.js';
import { codecKeys, type CodecKey } from './codec-keys.js';
import { TemporalError } from './error.js';

/** The names that Temporal's own examples of encryption use. */
const encoding = 'binary/encrypted';
const cipher = 'AES-256-GCM';
const ivBytes = 12;
const tagBytes = 16;

/**
 * Encrypts whole payloads with AES-256-GCM. The new payload's data: 12 bytes of initialization vector, 16 of tag, then the
 * encrypted protobuf of the old one. Without keys it lets everything pass that is not encrypted, and throws at what is, so
 * that nobody takes it for something else.
 */
export class EncryptingCodec implements PayloadCodec {
  /** @param where whose keys these are, as messages name it: a worker's are read elsewhere */
  constructor(
    private readonly keys: readonly CodecKey[],
    private readonly where = 'here',
  ) {}

  encode(payloads: Payload[]): Promise<Payload[]> {
    const [key] = this.keys;
    return Promise.resolve(key === undefined ? payloads : payloads.map((payload) => encrypted(payload, key)));
  }

  /** @throws KeyMissing where the key is missing or another one */
  // eslint-disable-next-line @typescript-eslint/require-await -- what is thrown has to reject
  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => (isEncrypted(payload) ? this.decrypted(payload) : payload));
  }

  private decrypted({ metadata, data }: Payload): Payload {
    const id = textOf(metadata?.['encryption-key-id']);
    const key = this.keys.find((one) => one.id === id);
    if (key === undefined) throw new KeyMissing(missingKey(id, this.keys, this.where));
    try {
      const sealed = Buffer.from(data ?? []);
      const decipher = createDecipheriv('aes-256-gcm', key.bytes, sealed.subarray(0, ivBytes));
      decipher.setAAD(Buffer.from(id));
      decipher.setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes));
      const open = Buffer.concat([decipher.update(sealed.subarray(ivBytes + tagBytes)), decipher.final()]);
      return proto.temporal.api.common.v1.Payload.decode(open);
    } catch (cause) {
      throw new KeyMissing(
        `a payload in Temporal was encrypted with another key of the id ${id} than the one configured ${this.where}. ` +
          `Configure the right one ${howToConfigure}`,
        { cause },
      );
    }
  }
}

/** A payload cannot be read with the keys that there are. The SDK takes the class's name for the type of the failure. */
class KeyMissing extends TemporalError {
  override readonly name = failureTypes.keyMissing;
}

/** Whether a payload is one that only a key opens. */
export function isEncrypted({ metadata }: Payload): boolean {
  return textOf(metadata?.['encoding']) === encoding;
}

/**
 * The converter of clients and workers: failures are encoded only where there is a key, or the Web UI would hide them for nothing.
 * @param where whose keys these are, as messages name it
 */
export function dataConverter(keys: readonly CodecKey[] = codecKeys(), where?: string): DataConverter {
  const payloadCodecs = [new EncryptingCodec(keys, where)];
  return keys.length === 0 ? { payloadCodecs } : { payloadCodecs, failureConverterPath };
}

/** The compiled one: the same from src/ (in tests) and from dist/. */
const failureConverterPath = fileURLToPath(
  new URL('../../dist/temporal/failure-converter.js', import.meta.url),
);

function encrypted(payload: Payload, { id, bytes }: CodecKey): Payload {
  const iv = randomBytes(ivBytes);
  const ciphering = createCipheriv('aes-256-gcm', bytes, iv);
  ciphering.setAAD(Buffer.from(id));
  const open = proto.temporal.api.common.v1.Payload.encode(payload).finish();
  const sealed = Buffer.concat([ciphering.update(open), ciphering.final()]);
  return {
    metadata: {
      encoding: Buffer.from(encoding),
      'encryption-cipher': Buffer.from(cipher),
      'encryption-key-id': Buffer.from(id),
    },
    data: Buffer.concat([iv, ciphering.getAuthTag(), sealed]),
  };
}

function missingKey(id: string, keys: readonly CodecKey[], where: string): string {
  const there =
    keys.length === 0
      ? `no key is configured ${where}`
      : `configured ${where}: ${keys.map((key) => key.id).join(', ')}`;
  return `a payload in Temporal is encrypted with the key ${id || '(unnamed)'}; ${there}. Configure it ${howToConfigure}`;
}

const howToConfigure =
  '(BELAY_CODEC_KEY_FILE, BELAY_CODEC_KEY_COMMAND); until then nothing is lost, it only waits';

function textOf(bytes: Uint8Array | null | undefined): string {
  return bytes ? Buffer.from(bytes).toString() : '';
}
