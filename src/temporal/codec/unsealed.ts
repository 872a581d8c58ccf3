import type { Payload, PayloadCodec } from '@temporalio/common';
import { isSealedPayload } from './envelope.js';

/** As much of an object that Temporal's API gave as is looked at here. */
type Fields = Record<string, unknown>;

/**
 * Decodes what the codec encrypted within an answer of Temporal's API (events, pending activities), in place: payloads, and
 * the messages of failures, which then stand where those of failures that are not encoded do.
 * @throws KeyMissing where the key is missing
 */
export async function unseal<Answer>(answer: Answer, codecs: readonly PayloadCodec[]): Promise<Answer> {
  if (typeof answer !== 'object' || answer === null || answer instanceof Uint8Array) return answer;
  const fields = answer as Fields;
  for (const [key, value] of Object.entries(fields)) {
    if (isPayload(value)) fields[key] = await opened(value, codecs);
    // Anybody can send one that nobody can read.
    else if (key === 'workflowExecutionSignaledEventAttributes')
      await unseal(value, codecs).catch(() => undefined);
    else await unseal(value, codecs);
  }
  const encoded = fields['encodedAttributes'];
  if (isPayload(encoded) && fields['message'] === 'Encoded failure') {
    const { message, stack_trace: stackTrace } = JSON.parse(
      Buffer.from(encoded.data ?? []).toString(),
    ) as Fields;
    Object.assign(fields, { message, stackTrace, encodedAttributes: null });
  }
  return answer;
}

/** The last codec that encoded decodes first. */
async function opened(payload: Payload, codecs: readonly PayloadCodec[]): Promise<Payload> {
  if (!isSealedPayload(payload)) return payload;
  let open = payload;
  for (const codec of [...codecs].reverse()) {
    const [next = open] = await codec.decode([open]);
    open = next;
  }
  return open;
}

function isPayload(value: unknown): value is Payload {
  return (
    typeof value === 'object' &&
    value !== null &&
    'metadata' in value &&
    'data' in value &&
    (value as Fields)['data'] instanceof Uint8Array
  );
}
