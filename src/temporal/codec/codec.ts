import type { DataConverter, Payload, PayloadCodec, SerializationContext } from '@temporalio/common';
import { failureTypes } from '../../domain/runbook/failure.js';
import { sealedFor } from '../../domain/runbook/messages.js';
import { looksSealed, withSeal, type Seal } from '../../domain/runbook/seal.js';
import { codecKeys, type CodecKey } from './keys.js';
import {
  claimsKey,
  isSealedPayload,
  keyOf,
  keyIdOf,
  openPayload,
  sealPayload,
  type Opened,
} from './envelope.js';
import { TemporalError } from '../error.js';
import { built } from '../built.js';

/**
 * Encrypts whole payloads (envelope.ts), each for the workflow that it belongs to. Without keys it lets everything pass that
 * is not encrypted, and throws at what is, so that nobody takes it for something else.
 */
export class EncryptingCodec implements PayloadCodec {
  /** @param where whose keys these are, as messages name it: a worker's are read elsewhere */
  constructor(
    protected readonly keys: readonly CodecKey[],
    protected readonly where = 'here',
  ) {}

  encode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    const [key] = this.keys;
    const workflow = sealedFor(context?.workflowId ?? '');
    return Promise.resolve(
      key === undefined ? payloads : payloads.map((payload) => sealPayload(payload, key, { workflow })),
    );
  }

  /** Encrypts what a dialog of the Web UI is about to send: for which workflow is not known here. */
  encodeForDialog(payloads: readonly Payload[]): Payload[] {
    const [key] = this.keys;
    if (key === undefined) throw new TemporalError('there is no key to encode with');
    return payloads.map((payload) => sealPayload(payload, key, { dialogAt: Date.now() }));
  }

  /** @throws KeyMissing where the key is missing or another one */
  // eslint-disable-next-line @typescript-eslint/require-await -- what is thrown has to reject
  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => (isSealedPayload(payload) ? this.opened(payload).payload : payload));
  }

  /** @throws KeyMissing */
  protected opened(sealed: Payload): Opened {
    const key = keyOf(sealed, this.keys);
    const id = keyIdOf(sealed);
    if (!this.keys.some((one) => one.id === id)) throw new KeyMissing(missingKey(id, this.keys, this.where));
    try {
      if (key === undefined) throw new Error('it was sealed with another key');
      return openPayload(sealed, key);
    } catch (cause) {
      throw new KeyMissing(
        `a payload in Temporal was encrypted with another key of the id ${id} than the one configured ${this.where}. ` +
          `Configure the right one ${howToConfigure}`,
        { cause },
      );
    }
  }
}

/**
 * A worker's: where it has keys, each value carries what was found of its seal (domain/runbook/seal.ts), for workflow and step to
 * judge. Thrown is only what a worker with the key mends, and never over what anybody can send to a workflow.
 */
class JudgingCodec extends EncryptingCodec {
  override async decode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    if (context === undefined) return super.decode(payloads);
    return payloads.map((payload) => this.judged(payload, context));
  }

  private judged(payload: Payload, context: SerializationContext): Payload {
    if (!isSealedPayload(payload)) return this.plain(payload);
    try {
      const opened = this.opened(payload);
      return carrying(opened.payload, sealOf(opened, sealedFor(context.workflowId ?? '')));
    } catch (error) {
      if (!(error instanceof KeyMissing)) throw error;
      if (claimsKey(payload, this.keys)) return carrying(undefined, { kind: 'forged' });
      // What a step is given or gives back goes to a worker that can read it.
      if (context.type === 'activity') throw error;
      return carrying(undefined, { kind: 'unreadable', why: error.message });
    }
  }

  private plain(payload: Payload): Payload {
    if (this.keys.length > 0) return carrying(payload, { kind: 'plain' });
    // Nobody may pretend to be what a codec has marked.
    return looksSealed(jsonOf(payload) ?? '') ? carrying(payload, { kind: 'keyless' }) : payload;
  }
}

/** A payload cannot be read with the keys that there are. The SDK takes the class's name for the type of the failure. */
class KeyMissing extends TemporalError {
  override readonly name = failureTypes.keyMissing;
}

/** The converter of clients: failures are encoded only where there is a key, or the Web UI would hide them for nothing. */
export function dataConverter(keys: readonly CodecKey[] = codecKeys()): DataConverter {
  return converterWith(new EncryptingCodec(keys), keys);
}

/**
 * The converter of workers.
 * @param where whose keys these are, as messages name it
 */
export function workerConverter(keys: readonly CodecKey[], where: string): DataConverter {
  return converterWith(new JudgingCodec(keys, where), keys);
}

function converterWith(codec: PayloadCodec, keys: readonly CodecKey[]): DataConverter {
  const payloadCodecs = [codec];
  return keys.length === 0 ? { payloadCodecs } : { payloadCodecs, failureConverterPath };
}

/** The compiled one. */
const failureConverterPath = built('temporal/codec/failure-converter.js');

function sealOf({ seal }: Opened, workflow: string): Seal {
  if (seal === undefined) return { kind: 'unbound' };
  if ('dialogAt' in seal) return { kind: 'web-ui', at: seal.dialogAt };
  return { kind: seal.workflow === workflow ? 'sealed' : 'foreign' };
}

/** As JSON, whatever it was; what is none of it is as good as nothing. */
function carrying(payload: Payload | undefined, seal: Seal): Payload {
  const json = (payload && jsonOf(payload)) ?? 'null';
  return {
    metadata: { encoding: Buffer.from('json/plain') },
    data: Buffer.from(withSeal(json, seal)),
  };
}

function jsonOf({ metadata, data }: Payload): string | undefined {
  if (Buffer.from(metadata?.['encoding'] ?? []).toString() !== 'json/plain') return undefined;
  const text = Buffer.from(data ?? []).toString();
  try {
    JSON.parse(text);
    return text;
  } catch {
    return undefined;
  }
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
