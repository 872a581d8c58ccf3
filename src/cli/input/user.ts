import { hostname, userInfo } from 'node:os';

/** `user@machine`: who a deployment, an approval or an abort is recorded as coming from. */
export function userAtMachine(): string {
  return `${userName()}@${hostname()}`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry in the user database, as in containers.
    return process.env['USER'] ?? `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}
