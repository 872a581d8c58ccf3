import {
  ApplicationFailure,
  DefaultFailureConverter,
  type FailureConverter,
  type PayloadConverter,
} from '@temporalio/common';
import { failureTypes } from '../../domain/runbook/failure.js';
import { unwrapped } from '../../domain/runbook/seal.js';

const encoding = new DefaultFailureConverter({ encodeCommonAttributes: true });
const plain = new DefaultFailureConverter();

/**
 * Messages and stack traces of failures as a payload, so that the codec encrypts them too. But not what a worker says that
 * lacks a key: encrypted with its own key, nobody who has the right one could read that, nor anything beside it.
 * Loaded by its path (codec.ts).
 */
export const failureConverter: FailureConverter = {
  errorToFailure: (error, ...rest) => (isKeyMissing(error) ? plain : encoding).errorToFailure(error, ...rest),
  failureToError: (failure, converter, context) =>
    encoding.failureToError(failure, withoutSeals(converter), context),
};

/** Who fails a step does no more than who cancels it: what is said of it is read whatever its seal. */
function withoutSeals(converter: PayloadConverter): PayloadConverter {
  return {
    toPayload: (...given) => converter.toPayload(...given),
    fromPayload: (payload, context, hint) => unwrapped(converter.fromPayload(payload, context, hint)).value,
  };
}

function isKeyMissing(error: unknown): boolean {
  if (error instanceof ApplicationFailure) return error.type === failureTypes.keyMissing;
  return error instanceof Error && error.name === failureTypes.keyMissing;
}
