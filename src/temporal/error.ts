/** Temporal, its CLI or a worker cannot be had. The message is meant for a person and says what to do next. */
export class TemporalError extends Error {
  /** The command line's exit code: nothing was deployed. */
  readonly exitCode = 1;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TemporalError';
  }
}

/** The text of whatever was thrown, its causes included, on one line. */
export function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error.message.trim().replace(/\s*\n\s*/g, ' ');
  if (error.cause === undefined) return text;
  const why = reason(error.cause);
  return text.includes(why) ? text : `${text} (${why})`;
}
