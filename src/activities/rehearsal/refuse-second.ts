import type { RehearseInput } from '../../domain/runbook/activities.js';
import { failureTypes } from '../../domain/runbook/failure.js';
import { fields } from '../../host/fields.js';
import { HostError, type HostSession } from '../../host/types.js';
import { userOf } from '../change/make-change.js';
import { cancelSignal } from '../runtime/context.js';

/**
 * Refuses a detour to a release that leaves something off while it is rehearsed, unless belay.yml insists. A deployment's plan
 * knows that from the staged release; a plan to go back has looked at none.
 * @throws HostError Configuration
 */
export async function refuseSecond(session: HostSession, input: RehearseInput): Promise<void> {
  const { app, release } = input;
  if (app.strategy === 'detour') return;
  const options = { timeoutMs: 60_000, signal: cancelSignal() };
  const asked = fields({ path: app.path, release, user: userOf(input) });
  const { stdout } = await session.run('rehearse', ['heeds', asked], options);
  const [file = ''] = stdout.split('\n');
  if (file === '') return;
  throw new HostError(
    failureTypes.configuration,
    `${file} of release ${release} names BELAY_REHEARSAL, and what it leaves off then must not run twice`,
  );
}
