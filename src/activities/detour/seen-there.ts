import type { Bind } from '../../domain/app/address.js';
import type { Front, GatePage } from '../../domain/nginx/gates.js';
import { bindArguments } from '../change/make-change.js';
import { bindName } from '../../host/keepers/bind-name.js';
import type { HostSession } from '../../host/types.js';
import { isRefusal } from '../proof/neighbours.js';
import { notProved } from '../proof/not-proved.js';
import { askTrial, isFolder } from '../proof/silent-gates.js';

/** Other visitors come at the same time, so one look proves little; so many that agree are believed. */
const enoughSeen = 3;
const enoughMissed = 2;
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
    const seen = await comesThere(session, front, ask, { spare, signal });
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

/** Whether somebody connects there each time that nginx is asked; in words where that proves nothing. */
async function comesThere(
  session: HostSession,
  front: Front,
  ask: GatePage,
  { spare, signal }: { spare: Bind; signal: AbortSignal },
): Promise<boolean | string> {
  for (let seen = 0, missed = 0; ;) {
    const before = await connectionsTo(session, spare, signal);
    const status = await askTrial(session, front, ask, signal);
    const after = await connectionsTo(session, spare, signal);
    if (before === undefined || after === undefined) return 'the host does not tell who is connected';
    if (status === undefined || status === null) return 'nginx did not answer in time';
    if (isRefusal(status)) return `nginx itself answers the host ${status}`;
    if ([...after.all].some((one) => !before.all.has(one))) seen += 1;
    // A connection that is kept is used again.
    else if (before.open > 0) return 'connections are kept';
    else missed += 1;
    if (seen === enoughSeen) return true;
    if (missed < enoughMissed) continue;
    if (ask.standsIn === true || !isFolder(ask.trial ?? '')) return 'something else may answer in its place';
    return false;
  }
}

async function connectionsTo(
  session: HostSession,
  bind: Bind,
  signal: AbortSignal,
): Promise<{ all: Set<string>; open: number } | undefined> {
  const options = { timeoutMs: 20_000, signal };
  const { code, stdout } = await session.run('connected-to', bindArguments(bind), options);
  if (code !== 0) return undefined;
  const lines = stdout.split('\n').filter((line) => line !== '');
  return {
    all: new Set(lines.map((line) => line.slice(line.indexOf(' ') + 1))),
    open: lines.filter((line) => line.startsWith('open ')).length,
  };
}
