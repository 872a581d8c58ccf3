import { DefaultFailureConverter } from '@temporalio/common';

/** Messages and stack traces of failures as a payload, so that the codec encrypts them too. Loaded by its path (codec.ts). */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
