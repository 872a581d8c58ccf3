import { fields } from '../fields.js';
import { failureTypes } from '../../domain/runbook/failure.js';
import { resumeHost } from './fence.js';
import { describeOwner, parseOwner } from './owner.js';
import { HostError, type HostSession } from '../types.js';

/** A deployment that holds a host. */
export interface Held {
  /** The app's path. */
  path: string;
  number: number;
  deployment: string;
}

/**
 * Tells a host that the deployment lives, so that its dead man's switch stays quiet. Every change does so as well; this is
 * for what takes long without one.
 *
 * @throws HostError Fenced where the number no longer holds the host, and what `session.run` throws.
 */
export async function renewHost(
  session: HostSession,
  held: Held,
  options: { timeoutMs: number; signal?: AbortSignal },
): Promise<void> {
  const { path, number, deployment } = held;
  const { stdout } = await session.run('renew', [fields({ path, number, deployment })], options);
  if (!stdout.startsWith('fenced\n')) return;
  const owner = parseOwner(stdout);
  // Nobody ever drew a number here: an earlier belay kept it elsewhere.
  if (owner.number === 0 && (await resumeHost(session, held))) return;
  throw new HostError(
    failureTypes.fenced,
    `Number ${held.number} of this deployment no longer holds ${session.destination}, ${held.path}: number ${owner.number} ` +
      `was drawn by ${describeOwner(owner)}. Look at what it did first.`,
  );
}
