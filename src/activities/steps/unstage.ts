import { failureTypes } from '../../domain/runbook/failure.js';
import { unitName } from '../../domain/app/release.js';
import { fields } from '../../host/fields.js';
import { HostError } from '../../host/types.js';
import { scriptFailed } from '../../host/staging/answer.js';
import { cancelSignal } from '../runtime/context.js';
import type { Step } from '../runtime/dependencies.js';

/** Removes the staged release, or sets it apart where it failed, unless it is live; and what of belay's folder is empty then. */
export const unstage: Step<'unstage'> =
  ({ hosts }) =>
  async ({ app, reach, release, failed = false }) => {
    const session = await hosts.session(reach);
    const completed = await session.run(
      'unstage',
      [fields({ path: app.path, release, ...(failed && { apart: 'yes' }), unit: unitName(app) })],
      { timeoutMs: 2 * 60_000, signal: cancelSignal() },
    );
    if (completed.code === 0) return leftBy(completed.stdout, release, reach.alias);
    if (completed.code === 64) {
      throw new HostError(
        failureTypes.configuration,
        `expected a release's name, got ${JSON.stringify(release)}`,
      );
    }
    throw scriptFailed(session, `removing the staged release ${release}`, completed);
  };

function leftBy(output: string, release: string, host: string): { left?: string } {
  const [said, ...users] = output.trimEnd().split('\n');
  if (said !== 'used') return {};
  return {
    left:
      `release ${release} stays on ${host}, because something uses its files: ${users.join(', ')}; ` +
      'end that, and the next deployment clears it away',
  };
}
