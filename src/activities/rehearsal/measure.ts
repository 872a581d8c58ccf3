import type { RehearseInput } from '../../domain/runbook/activities.js';
import { releaseKeeper } from '../../domain/keepers/kinds/of-app.js';
import type { GivenFacts } from '../../domain/facts/facts.js';
import { measuredLoss, unsaid, type Had, type Measured } from '../../domain/plan/measured.js';
import { failureTypes } from '../../domain/runbook/failure.js';
import { readGiven } from '../../host/facts/given.js';
import type { Holder } from '../../host/keepers/manager.js';
import { HostError, type HostSession } from '../../host/types.js';

/**
 * Whether the release's process is to be held against the one that serves: where belay's own unit takes the place of what kept
 * the app. A keeper that stays gives what it gave, and a release of belay's was started as belay.yml says.
 */
export function isMeasured({ app, plan }: RehearseInput): boolean {
  const keeper = releaseKeeper(app, plan);
  const serving = plan.stops.filter(({ role, active }) => role === 'app' && active);
  return (
    keeper.isMeasured === true &&
    plan.artifact !== '' &&
    serving.length > 0 &&
    serving.every(({ stays }) => stays === undefined)
  );
}

/**
 * What the processes that serve have, and those of the rehearsal have not.
 * @throws HostError VerificationFailed where a plan was approved that does not say so
 */
export async function measure(
  session: HostSession,
  { app, plan, number }: RehearseInput,
  { serving, rehearsed }: Record<'serving' | 'rehearsed', readonly Holder[]>,
  signal?: AbortSignal,
): Promise<Measured> {
  const pids = (holders: readonly Holder[]) => [...new Set(holders.map(({ pid }) => pid))].slice(0, 10);
  const before = pids(serving.filter(({ release }) => release === undefined));
  if (before.length === 0) return { variables: [], given: [] };
  const later = pids(rehearsed);
  const given = await readGiven(session, [...before, ...later], signal);
  const had = (some: readonly number[]): Had[] => some.flatMap((pid) => given.get(pid) ?? []);
  const all = measuredLoss(had(before), had(later));
  // Whatever belay.yml says of a language is meant.
  const isMeant = ({ what, name }: GivenFacts) => what === 'locale' && name in app.env;
  const measured = { variables: all.variables, given: all.given.filter((one) => !isMeant(one)) };
  const lost = number === undefined ? [] : unsaid(measured, plan.findings, app);
  if (lost.length === 0) return measured;
  throw new HostError(
    failureTypes.verification,
    `rehearsal on ${session.alias}: the release lacks what the version that serves has, and the plan that was approved does not say so: ${lost.join('; ')}.\n` +
      'Nothing was stopped. Give it to the release (`env`, `env_file`), or accept it: `acknowledge` in belay.yml, with app.variables-lost ' +
      'or app.settings-lost. `belay plan --rehearse` names all of it.',
  );
}
