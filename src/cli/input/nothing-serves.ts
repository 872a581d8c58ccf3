import { exitCodes } from '../../domain/runbook/outcome.js';
import { UserError } from '../terminal/user-error.js';

/** Exit status of the scripts that look for the release that serves. */
export const nothingServesExit = 66;

/** The error for that. */
export function nothingServes(host: string, path: string): UserError {
  return new UserError(
    `${host}: expected ${path} to be a release that belay deployed, it is none; begin with: belay deploy`,
    exitCodes.failed,
  );
}
