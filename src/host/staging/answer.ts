import { failureTypes } from '../../domain/runbook/failure.js';
import { type Completed, HostError, type HostSession } from '../types.js';

/** What went wrong when one of belay's own scripts ended otherwise than it should. */
export function scriptFailed(session: HostSession, doing: string, completed: Completed): HostError {
  const said = completed.stderr.trim().split('\n').slice(-5).join('\n') || 'nothing on stderr';
  if (/Permission denied|Operation not permitted|Read-only file system/.test(said)) {
    return new HostError(
      failureTypes.rights,
      `${session.destination}: ${doing} needs rights that the login lacks: ${said}. Let the user run \`sudo -n\` ` +
        'without a password, or give it write access to the folder.',
    );
  }
  return new HostError(
    failureTypes.commandFailed,
    `${session.destination}: ${doing}: expected exit status 0, came ${completed.code}: ${said}. ` +
      'The host needs coreutils, tar, findutils and awk, or busybox’s.',
  );
}

/** Output that a script of belay's cannot have written; a login script on the host may have got in between. */
export function malformed(session: HostSession, script: string, line: string): HostError {
  return new HostError(
    failureTypes.commandFailed,
    `${session.destination}: ${script}.sh answered with a line that it never writes: ${JSON.stringify(line.slice(0, 200))}. ` +
      'Check what the login shell on the host prints (`ssh HOST true` must print nothing).',
  );
}

/** The lines of a script's output. @throws HostError where it was too long to come whole. */
export function linesOf(session: HostSession, script: string, completed: Completed): string[] {
  if (!completed.truncated) return completed.stdout.split('\n').filter((line) => line !== '');
  throw new HostError(
    failureTypes.commandFailed,
    `${session.destination}: the answer of ${script}.sh was longer than 8 MiB. Leave out of the source what the app does ` +
      'not need, with .belayignore.',
  );
}
