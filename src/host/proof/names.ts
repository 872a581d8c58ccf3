import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Reach } from '../../domain/app/app.js';
import type { Facts } from '../../domain/facts/facts.js';
import type { HostSession } from '../types.js';

const lookupMs = 5_000;

/**
 * Tells names that do not lead to a host: asked for a name, it gives the name's addresses where none of them is one of the
 * host's own, nor the one under which belay reaches it. undefined: it leads here, or that cannot be told.
 */
export function nameChecker(
  session: HostSession,
  { system: { addresses } }: Facts,
  { resolve = {} }: Reach,
): (name: string) => Promise<string[] | undefined> {
  const reached = session.destination
    .replace(/^[^@]*@/, '')
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '');
  const own = isIP(reached) === 0 ? addressesOf(reached) : Promise.resolve([reached]);
  return async (name) => {
    if (addresses === undefined || isIP(name.replace(/^\[|\]$/g, '')) !== 0) return undefined;
    const told = resolve[name];
    const leads = told === undefined ? await addressesOf(name) : [told];
    const here = [...addresses, ...(await own)];
    return leads.length === 0 || leads.some((one) => here.includes(one)) ? undefined : leads.slice(0, 10);
  };
}

/** Empty where the name does not resolve in time: asking for the page itself reports that. */
async function addressesOf(name: string): Promise<string[]> {
  const found = lookup(name, { all: true }).then(
    (all) => all.map(({ address }) => address),
    () => [],
  );
  const late = sleep(lookupMs, [], { ref: false });
  return Promise.race([found, late]);
}
