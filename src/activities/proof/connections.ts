import type { Bind } from '../../domain/app/address.js';
import type { Front, GatePage } from '../../domain/nginx/gates/gates.js';
import type { HostSession } from '../../host/types.js';
import { fields } from '../../host/fields.js';
import { bindFields } from '../../host/keepers/bind-name.js';
import { isGone, isRefusal } from './neighbours.js';
import { askLook, askTrial, isFolder } from './silent-gates.js';

/** Other visitors come at the same time, so one look proves little; so many that agree are believed. */
const enoughSeen = 3;
const enoughMissed = 2;

/** Whether somebody connects to an address each time that nginx is asked at a gate; in words where that proves nothing. */
export async function comesThere(
  session: HostSession,
  front: Front,
  ask: GatePage,
  { to, signal }: { to: Bind; signal: AbortSignal | undefined },
): Promise<boolean | string> {
  for (let seen = 0, missed = 0; ;) {
    const before = await connectionsTo(session, to, signal);
    const status = await askSomething(session, front, ask, signal);
    const after = await connectionsTo(session, to, signal);
    if (before === undefined || after === undefined) return 'the host does not tell who is connected';
    if (status === undefined || status === null) return 'nginx did not answer in time';
    if (isRefusal(status)) return `nginx itself answers the host ${status}`;
    if ([...after.all].some((one) => !before.all.has(one))) seen += 1;
    // A connection that is kept is used again.
    else if (before.open > 0) return 'connections are kept';
    // What limits how often one may ask says so itself, and so does what was found down.
    else if (isGone(status)) return `nginx itself answers the host ${status}`;
    else missed += 1;
    if (seen === enoughSeen) return true;
    if (missed < enoughMissed) continue;
    if (ask.standsIn !== undefined || !isFolder(ask.trial ?? ''))
      return 'something else may answer in its place';
    return false;
  }
}

/** A page that nobody knows, or where there is none the page itself. */
async function askSomething(
  session: HostSession,
  front: Front,
  ask: GatePage,
  signal: AbortSignal | undefined,
): Promise<number | null | undefined> {
  if (ask.trial !== undefined) return askTrial(session, front, ask, signal);
  return (await askLook(session, front, ask, signal))?.status;
}

async function connectionsTo(
  session: HostSession,
  bind: Bind,
  signal: AbortSignal | undefined,
): Promise<{ all: Set<string>; open: number } | undefined> {
  const options = { timeoutMs: 20_000, ...(signal ? { signal } : {}) };
  const { code, stdout } = await session.run('connected-to', [fields(bindFields(bind))], options);
  if (code !== 0) return undefined;
  const lines = stdout.split('\n').filter((line) => line !== '');
  return {
    all: new Set(lines.map((line) => line.slice(line.indexOf(' ') + 1))),
    open: lines.filter((line) => line.startsWith('open ')).length,
  };
}
