/**
 * Types of ApplicationFailure that activities throw. Retry policies speak of these names, and a person reads them in
 * the Web UI, so each says what happened. The message says what was expected, what came, where, and what to do.
 */
export const failureTypes = {
  // Transient: retried.
  connectionLost: 'ConnectionLost',
  hostUnreachable: 'HostUnreachable',
  hostBusy: 'HostBusy',
  notDelivered: 'NotDelivered',
  // Not a failure of the step: it never began, because of the worker that got it.
  keyMissing: 'KeyMissing',
  strayWorker: 'StrayWorker',
  /** What came is not sealed with the codec's key: nothing is done with it. */
  unsealed: 'Unsealed',
  // Not transient: never retried.
  hostUnknown: 'HostUnknown',
  authentication: 'AuthenticationFailed',
  hostKey: 'HostKeyRefused',
  fenced: 'Fenced',
  commandFailed: 'RemoteCommandFailed',
  notReady: 'NotReady',
  verification: 'VerificationFailed',
  artifact: 'ArtifactMissing',
  rights: 'RightsMissing',
  configuration: 'Configuration',
  /** Not what the worker's own user has named on its machine. */
  notOwn: 'NotOwn',
} as const;

export type FailureType = (typeof failureTypes)[keyof typeof failureTypes];

/** What no number of attempts would mend, in a step forward. An undo retries almost all of it all the same. */
export const nonRetryable: FailureType[] = [
  failureTypes.hostUnknown,
  failureTypes.authentication,
  failureTypes.hostKey,
  failureTypes.fenced,
  failureTypes.commandFailed,
  failureTypes.notReady,
  failureTypes.verification,
  failureTypes.artifact,
  failureTypes.rights,
  failureTypes.configuration,
  failureTypes.notOwn,
  failureTypes.unsealed,
];

/** With these a step never began: they count as no attempt, and it goes to a worker that is fit for it. */
export const neverBegun: readonly string[] = [
  failureTypes.keyMissing,
  failureTypes.strayWorker,
  failureTypes.unsealed,
];

/** Types an undo does not retry either: another deployment took over, so acting would harm it; the same input would not do. */
export const nonRetryableInUndo: FailureType[] = [failureTypes.fenced, failureTypes.unsealed];
