import { exitUsage } from '../../domain/runbook/outcome.js';

/** An error that a person can do something about: its message is shown as it is, without a stack trace. */
export class UserError extends Error {
  /** @param exitCode of the process; 64 (usage or configuration) unless given. */
  constructor(
    message: string,
    readonly exitCode: number = exitUsage,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'UserError';
  }
}
