import { failureTypes } from '../../domain/runbook/failure.js';
import type { Bind } from '../../domain/app/address.js';
import { bindFields, bindName } from '../keepers/bind-name.js';
import { fields } from '../fields.js';
import type { Holder, Manager, ManagerState, Said } from '../keepers/manager.js';
import { HostError } from '../types.js';
import type { HostSession } from '../types.js';

/** What must be true of the process that serves. */
export interface Expected {
  /** What has to keep it. */
  manager: Manager;
  bind: Bind;
  /** The release's tree, where it has to work. */
  tree: string;
  release: string;
}

/** What prove-process.sh saw. */
export interface Seen {
  /** Who looked. */
  uid: number;
  ticks: number;
  /** The release's tree, every symlink on the way resolved, as working directories are told. */
  tree: string;
  /** What the keeper says of the release, in its own names. */
  keeper: Said;
  /** nginx's user may not connect to the socket: whom, and the socket's mode and owner. */
  refused?: string;
  listeners: { inode: string; address: string }[];
  holders: Holder[];
}

/** `faults`: what speaks against it, one sentence each; none: it is proved. */
export interface Proof {
  faults: string[];
  /** One line. */
  evidence: string;
  state: ManagerState;
  seen: Seen;
}

/**
 * Looks at the keeper and at everything that listens at the app's address.
 * @throws HostError ConnectionLost; RightsMissing where the listeners' processes are hidden from the user
 */
export async function proveProcess(
  session: HostSession,
  expected: Expected,
  signal?: AbortSignal,
): Promise<Proof> {
  const { bind, manager } = expected;
  const asked = fields({ keeper: fields(manager.keeper), ...bindFields(bind), tree: expected.tree });
  const { stdout, code, stderr } = await session.run('prove-process', [asked], { timeoutMs: 20_000, signal });
  if (code !== 0) {
    const message = `${session.alias}: reading who listens at ${bindName(bind)} failed with exit status ${code}: ${stderr.trim().slice(-500)}`;
    throw new HostError(failureTypes.commandFailed, message);
  }
  const seen = readSeen(stdout);
  // Root sees everything: for root, who listened ended while we looked.
  if (seen.uid !== 0 && seen.listeners.length > 0 && seen.holders.length === 0) {
    const message =
      `${session.alias}: something listens at ${bindName(bind)}, but as this user it cannot be seen which process; ` +
      `give the login user \`sudo -n\`, or log in as the user the app runs as`;
    throw new HostError(failureTypes.rights, message);
  }
  return { ...judge(seen, expected), seen };
}

/** Reads the output of prove-process.sh. */
export function readSeen(output: string): Seen {
  const keeper: Record<string, string> = {};
  const seen: Seen = { uid: 0, ticks: 100, tree: '', keeper, listeners: [], holders: [] };
  const of = (pid: string): Holder[] => seen.holders.filter((holder) => holder.pid === Number(pid));
  for (const line of output.split('\n')) {
    const [word = '', first = '', ...more] = line.split(' ');
    const rest = more.join(' ');
    if (word === 'uid') seen.uid = Number(first);
    else if (word === 'ticks') seen.ticks = Number(first);
    else if (word === 'tree') seen.tree = line.slice('tree '.length);
    else if (word === 'refused') seen.refused = line.slice('refused '.length);
    else if (word === 'keeper') {
      const [name = '', ...value] = line.slice('keeper '.length).split('=');
      keeper[name] = value.join('=');
    } else if (word === 'listener') seen.listeners.push({ inode: first, address: readAddress(rest) });
    else if (word === 'process') {
      const holder = { pid: Number(first), startTicks: Number(more[0]), inode: more[1] ?? '' };
      seen.holders.push({ ...holder, ancestors: [], cgroup: '', cwd: '' });
    } else if (word === 'ancestors') of(first).forEach((holder) => (holder.ancestors = more.map(Number)));
    else if (word === 'cgroup') of(first).forEach((holder) => (holder.cgroup = rest));
    else if (word === 'cwd') of(first).forEach((holder) => (holder.cwd = rest));
    else if (word === 'release') of(first).forEach((holder) => (holder.release = rest));
    else if (word === 'in-tree') of(first).forEach((holder) => (holder.isInTree = true));
  }
  return seen;
}

/** `0100007F:270F` of /proc/net/tcp is 127.0.0.1:9999: each 32 bits in the host's order, little-endian. */
function readAddress(text: string): string {
  const found = /^((?:[0-9A-F]{8}){1,4}):([0-9A-F]{4})$/.exec(text);
  if (!found) return `unix:${text}`;
  const [, hex = '', port = ''] = found;
  const words = (hex.match(/.{8}/g) ?? []).map((word) => (word.match(/../g) ?? []).reverse());
  const number = Number.parseInt(port, 16);
  if (words.length === 1)
    return `${(words[0] ?? []).map((byte) => Number.parseInt(byte, 16)).join('.')}:${number}`;
  const groups = words.flatMap(([a = '', b = '', c = '', d = '']) =>
    [a + b, c + d].map((group) => Number.parseInt(group, 16).toString(16)),
  );
  const full = groups.join(':');
  return `[${full === '0:0:0:0:0:0:0:0' ? '::' : full === '0:0:0:0:0:0:0:1' ? '::1' : full}]:${number}`;
}

/** Holds what was seen against what has to be true. Start times are clock ticks since boot, so no wall clock is asked. */
export function judge(seen: Seen, expected: Expected): Omit<Proof, 'seen'> {
  const { manager, bind, release } = expected;
  const { tree } = seen;
  const state = manager.stateOf(seen.keeper, seen.ticks);
  const faults = [...state.faults];

  const addresses = [...new Set(seen.listeners.map(({ address }) => address))].join(', ');
  if (seen.listeners.length === 0)
    faults.push(`expected a listener on ${bindName(bind)}, nothing listens there`);
  for (const { inode, address } of seen.listeners) {
    if (!seen.holders.some((holder) => holder.inode === inode)) {
      faults.push(`no process could be found for the listener on ${address}`);
    }
  }

  const holders = uniqueByPid(seen.holders);
  const lenders = holders.filter((holder) => manager.handsOn?.(holder, seen.keeper) === true);
  const own = holders.filter((holder) => manager.lends?.(holder) !== true && !lenders.includes(holder));
  if (holders.length > 0 && own.length === 0 && lenders.length === 0)
    faults.push(
      `systemd listens on ${bindName(bind)}, but no process of ${manager.label} has taken that over`,
    );
  for (const holder of own) {
    const who = `pid ${holder.pid} listens on ${bindName(bind)}`;
    if (!manager.keeps(holder, seen.keeper))
      faults.push(`${who}, but is of ${keeperOf(holder)}, not of ${manager.label}`);
    else if (!worksIn(tree, holder, manager)) {
      faults.push(`${who}, but works in ${holder.cwd}, not in ${tree}`);
    } else if (manager.isMade && holder.release !== undefined && holder.release !== release) {
      faults.push(`${who}, but carries the release ${holder.release}, not ${release}`);
    } else if (holder.startTicks < state.earliestTicks)
      faults.push(`${who}, but was started before ${manager.label} was`);
  }
  if (seen.refused !== undefined)
    faults.push(
      `nginx’s user ${seen.refused.replace(' ', ` may not connect to ${bindName(bind)} (`)}): let the app make it for everybody, as by \`umask 0\` before it, or run as that user`,
    );
  return { faults, evidence: describe(seen, expected, addresses), state };
}

/**
 * Whether it works in the release, by name or by device and inode; one that works in none of the app's folders speaks
 * against nothing where its keeper is known to work elsewhere.
 */
function worksIn(
  tree: string,
  { cwd, isInTree }: Holder,
  { worksElsewhere }: Pick<Manager, 'worksElsewhere'>,
): boolean {
  const isWithin = (folder: string) => cwd === folder || cwd.startsWith(`${folder}/`);
  if (isInTree === true || isWithin(tree)) return true;
  return worksElsewhere === true && !isWithin(tree.replace(/(?<=\.belay)\/releases\/.*$/, ''));
}

function describe(seen: Seen, { manager, tree, release }: Expected, addresses: string): string {
  const hands = seen.holders.some((holder) => manager.handsOn?.(holder, seen.keeper) === true);
  if (hands) return `pm2’s daemon listens on ${addresses} for ${instancesText(seen)} of ${manager.label}`;
  const all = uniqueByPid(seen.holders);
  const holders = all.filter((holder) => manager.lends?.(holder) !== true);
  const lent = all.length > holders.length ? ', besides systemd for its socket unit' : '';
  const pids = holders.map(({ pid }) => pid);
  const some =
    pids.length > 4 ? `${pids.slice(0, 4).join(', ')} and ${pids.length - 4} more` : pids.join(', ');
  const carried = holders.some((holder) => manager.isMade && holder.release === release)
    ? ', BELAY_RELEASE as expected'
    : '';
  const { length } = seen.listeners;
  const where =
    manager.worksElsewhere === true && !holders.some((holder) => worksIn(seen.tree, holder, {}))
      ? `in ${[...new Set(holders.map(({ cwd }) => cwd))].join(', ')}, outside of the app’s folders`
      : `in ${tree.replace(/^.*(?=\/releases\/)/, '…')}`;
  return `${length} listener${length === 1 ? '' : 's'} on ${addresses}, pid ${some}, all of ${manager.label}, ${where}${carried}${lent}`;
}

function instancesText({ keeper: { instances = '' } }: Seen): string {
  const pids = instances.split(' ').flatMap((text) => text.split(':')[2] ?? []);
  return `${pids.length} instance${pids.length === 1 ? '' : 's'} (pid ${pids.slice(0, 4).join(', ')}${pids.length > 4 ? ' …' : ''})`;
}

function uniqueByPid(holders: readonly Holder[]): Holder[] {
  return [...new Map(holders.map((holder) => [holder.pid, holder])).values()];
}

/** `/system.slice/other.service` → `other.service`; a name to begin looking at, where another keeper is expected too. */
function keeperOf({ cgroup }: Holder): string {
  return (
    cgroup.split('/').findLast((part) => /\.(?:service|scope)$/.test(part)) ??
    (cgroup === '' ? 'an unknown unit' : cgroup)
  );
}
