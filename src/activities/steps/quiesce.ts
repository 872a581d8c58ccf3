import { findArrivals, type Arrival } from '../../domain/plan/arrivals.js';
import type { ChangeInput } from '../../domain/runbook/activities.js';
import { failureTypes } from '../../domain/runbook/failure.js';
import { readFacts, subjectOf } from '../../host/facts/read.js';
import { HostError, type Hosts } from '../../host/types.js';
import { makeChange, saidOf } from '../change/make-change.js';
import { stopRecord } from '../change/stops.js';
import { cancelSignal } from '../runtime/context.js';
import type { Step } from '../runtime/dependencies.js';

const remedy = 'What was stopped is started again. Look at that process, then deploy again.';

/**
 * Stops, through its keeper, everything else that is on the app's port or path or would come there; then what came while that could still
 * start something.
 */
export const quiesce: Step<'quiesce'> =
  ({ hosts }) =>
  async (input) => {
    if (!input.plan.stops.some(({ role }) => role === 'conflict')) return { quiesced: [] };
    const output = await makeChange(hosts, 'quiesce', input, { script: 'quiesce', minutes: 5, remedy });
    const since = Number(/^since (\d+) /m.exec(output)?.[1] ?? Infinity);
    return { quiesced: [...saidOf(output), ...(await quiesceArrivals(hosts, input, since))] };
  };

/** @throws HostError where something came that a plan would have refused */
async function quiesceArrivals(hosts: Hosts, input: ChangeInput, since: number): Promise<string[]> {
  const session = await hosts.session(input.reach);
  const facts = await readFacts(session, subjectOf(input.app), cancelSignal());
  const { stops, findings } = findArrivals(facts, input, since);
  const [refused] = findings;
  if (refused !== undefined) {
    throw new HostError(
      failureTypes.commandFailed,
      `${session.alias}: since the plan was made this has come: ${refused.message}\n${refused.evidence}\n${refused.remedy}`,
    );
  }
  if (stops.length === 0) return [];
  const output = await makeChange(hosts, 'quiesce', input, {
    op: 'quiesce-since',
    script: 'quiesce-since',
    list: stops.map(recordOf),
    minutes: 5,
    remedy,
  });
  return saidOf(output);
}

function recordOf({ passing, ...stop }: Arrival): string {
  return stopRecord(
    { ...stop, label: `${stop.label}, which came since the plan` },
    { passing: passing ? 'yes' : '' },
  );
}
