import type { Bind } from '../../domain/app/address.js';
import type { Front } from '../../domain/nginx/gates/gates.js';
import { bindName } from '../../host/keepers/bind-name.js';
import type { HostSession } from '../../host/types.js';
import { comesThere } from '../proof/connections.js';
import { notProved } from '../proof/not-proved.js';

const mostGates = 12;

/**
 * Sees that nginx connects to the spare address when it is asked at a gate: what answers there is this app and no neighbour. In a
 * restart the app's stop tells as much.
 * @returns one line of evidence a gate
 * @throws HostError VerificationFailed where a gate answers and nobody came to the spare address
 */
export async function seenThere(
  session: HostSession,
  front: Front,
  spare: Bind,
  signal: AbortSignal,
): Promise<string[]> {
  const evidence: string[] = [];
  const faults: string[] = [];
  const asks = (front.asks ?? []).filter(({ trial }) => trial !== undefined);
  for (const ask of asks.slice(0, mostGates)) {
    const where = `${ask.url} at ${ask.gate.address}:${ask.gate.port}`;
    const seen = await comesThere(session, front, ask, { to: spare, signal });
    if (seen === false) faults.push(`${where}: nginx answers, but did not connect to ${bindName(spare)}`);
    else
      evidence.push(
        seen === true
          ? `${where}: nginx connects to ${bindName(spare)}`
          : `${where}: not seen whether it leads to ${bindName(spare)}: ${seen}`,
      );
  }
  if (faults.length === 0) return evidence;
  throw notProved({
    where: `nginx on ${session.alias}, after it was led to the release`,
    faults,
    remedy:
      'Something else than this app answers there: see with `nginx -T` which server and location take these URLs, and with `ss -ltnp` ' +
      'who listens at that address, then deploy again.',
  });
}
