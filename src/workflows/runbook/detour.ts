import { patched } from '@temporalio/workflow';
import type { Bind } from '../../domain/app/address.js';
import { bindText, spareText } from '../../domain/plan/markdown.js';
import { failureTypes } from '../../domain/runbook/failure.js';
import { isAborted, isFenced, reasonOf, typeOf } from '../step/cause.js';
import type { Run } from '../run/run.js';
import { take } from '../step/take.js';

/**
 * Starts the release beside the old version.
 * @returns its address; undefined where the app is restarted instead, for what would be seen so is seen in its start: a way
 *   back is urgent, and its release served before
 */
export async function bootBeside(run: Run): Promise<Bind | undefined> {
  const { plan } = run.change;
  const { release } = run.target;
  try {
    const { spare } = await take('rehearse', `rehearse ${release} on ${spareText(plan)}`, run.change);
    return spare;
  } catch (error) {
    if (plan.artifact !== '') throw error;
    await restartInstead(run, error, [...refusals, failureTypes.verification]);
    return undefined;
  }
}

/**
 * Leads visitors to it.
 * @returns its address; undefined where nginx cannot be led there after all, so that the app is restarted instead
 */
export async function leadThere(run: Run, spare: Bind): Promise<Bind | undefined> {
  run.enterHarm();
  try {
    await take('detour', `lead visitors to ${spareName(spare)}`, { ...run.change, spare });
  } catch (error) {
    await restartInstead(run, error, refusals);
    return undefined;
  }
  run.isLed = true;
  return spare;
}

/**
 * Has nginx show visitors a page, until they are led back.
 * @returns where nginx itself serves it
 */
export async function showPage(run: Run, page: string): Promise<Bind> {
  run.enterHarm();
  run.stopsServing();
  const { spare } = await take('maintain', `show visitors ${page}`, run.change);
  return spare;
}

/** Leads visitors back to the app's own address, where the release serves by now. */
export async function leaveDetour(run: Run, spare: Bind): Promise<void> {
  // Should it fail, nobody knows where visitors are by then.
  run.isLed = false;
  await take('leaveDetour', `lead visitors back to ${bindText(run.change.plan)}`, { ...run.change, spare });
}

/** Leads visitors back to the app's own address, and ends what serves beside it. */
export async function undoDetour(run: Run): Promise<void> {
  run.isLed = false;
  await take('undoDetour', `lead visitors to ${bindText(run.change.plan)}`, run.change);
}

/** The host does not have it, which says nothing of the release. */
const refusals: readonly string[] = [failureTypes.configuration, failureTypes.commandFailed];

/**
 * Leaves the host as it was before the detour, so that a restart can follow.
 * @throws `error` where a restart is not what was asked for, or not what would help
 */
async function restartInstead(run: Run, error: unknown, types: readonly string[]): Promise<void> {
  const { plan } = run.change;
  const isAsked = run.target.app.strategy === 'detour';
  if (isAsked || isAborted(error) || isFenced(error) || !types.includes(typeOf(error) ?? '')) throw error;
  // Histories from before it end here.
  if (!patched('restart-instead')) throw error;
  await undoDetour(run);
  const why = reasonOf(error);
  run.plan = { ...plan, strategy: { takes: 'restart', why } };
  run.note = `the app was restarted, for there was no detour: ${why}`;
}

function spareName(spare: Bind): string {
  return spare.kind === 'port' ? `port ${spare.port}` : spare.path;
}
