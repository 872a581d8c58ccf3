import { ApplicationFailure, patched } from '@temporalio/workflow';
import { failureTypes } from '../../domain/runbook/failure.js';
import { faultOf, sealedPatch, unwrapped } from '../../domain/runbook/seal.js';

/** Temporal gives each workflow a copy of this module of its own. */
let sealed = false;

/** Whether this run began with a key of the codec: then nothing counts that is not sealed with it. */
export function isSealed(): boolean {
  return sealed;
}

/**
 * A workflow that refuses an input which is not sealed, where the worker that began it has a key. That it began so stands in
 * its history, as a patch: whatever keys are set later, a replay comes to the same.
 */
export function admitting<Input, Output>(
  workflow: (input: Input) => Promise<Output>,
): (given: Input) => Promise<Output> {
  return async (given) => {
    const { value, seal } = unwrapped(given);
    if (seal?.kind === 'unreadable') throw new Unreadable(seal.why);
    sealed = seal !== undefined && seal.kind !== 'keyless' && patched(sealedPatch);
    const fault = sealed && seal ? faultOf(seal) : null;
    if (fault === null) return workflow(value);
    throw ApplicationFailure.nonRetryable(
      `the input does nothing: ${fault}. Start it with belay where the key is configured ` +
        '(BELAY_CODEC_KEY_FILE, BELAY_CODEC_KEY_COMMAND); start an earlier health watch anew: belay monitor on',
      failureTypes.unsealed,
    );
  };
}

/** No failure of the workflow's: Temporal gives it to workers until one can read it. */
export class Unreadable extends Error {
  override readonly name = failureTypes.keyMissing;
}
