import type { Client } from '@temporalio/client';
import { shortage } from '../../temporal/machine.js';
import { pollerIdentities } from '../../temporal/worker/pollers.js';
import { isExternal } from '../../temporal/service.js';
import { mayLive } from '../../temporal/worker/ready.js';

const withinMs = 3_000;

/**
 * Why a deployment that Temporal knows of may not come on: this machine has no room, where Temporal runs on it, or nobody
 * carries steps out.
 * @returns null where nothing is known to be in its way, also where Temporal does not answer
 */
export async function hindrance({ connection, options }: Client): Promise<string | null> {
  const short = isExternal() ? '' : shortage();
  if (short !== '') return short;
  const pollers = await connection
    .withDeadline(Date.now() + withinMs, () => pollerIdentities(connection, options.namespace))
    .catch(() => null);
  return pollers === null || pollers.some(mayLive) ? null : 'no worker polls; start one: belay up';
}
