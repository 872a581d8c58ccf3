import { failureTypes } from '../domain/failure.js';
import { HostError } from '../host/types.js';
import { scriptFailed } from '../host/staging/answer.js';
import { cancelSignal } from './context.js';
import type { Step } from './dependencies.js';

/** Removes the staged release, unless it is live, and what of belay's folder is empty then. */
export const unstage: Step<'unstage'> =
  ({ hosts }) =>
  async ({ app, reach, release }) => {
    const session = await hosts.session(reach);
    const completed = await session.run('unstage', [app.path, release], {
      timeoutMs: 2 * 60_000,
      signal: cancelSignal(),
    });
    if (completed.code === 0) return;
    if (completed.code === 64) {
      throw new HostError(
        failureTypes.configuration,
        `expected a release's name, got ${JSON.stringify(release)}`,
      );
    }
    throw scriptFailed(session, `removing the staged release ${release}`, completed);
  };
