/** What a person can do something about: the message says what was expected, what came and what to do. */
export class SandboxError extends Error {
  override name = 'SandboxError';
}
