import type { Facts, Pm2Entry, Pm2Facts, ProcessFacts, UnitFacts } from '../facts/facts.js';
import { isContained, lineage, type AppView, type ProcessGroup } from './process-groups.js';
import type { Keeper } from './keeper.js';
import { keptPrograms, type KeptProgram } from './supervisor.js';
import { runsFilesOf } from './runs-files.js';
import { listensOn, namesPath } from './touches.js';

/** What keeps a group of processes running, by evidence, or why belay cannot act through it. */
export type Kept =
  | { by: 'unit'; unit: UnitFacts }
  | { by: 'pm2'; daemon: Pm2Facts; entries: Pm2Entry[] }
  | { by: 'supervisor'; program: KeptProgram }
  | { by: 'nothing' }
  | { by: 'container' }
  | { by: 'init' }
  | { by: 'user-manager'; unit: string; user: string }
  | { by: 'unsupported'; process: ProcessFacts };

/** Looks for the keeper of a group: a container, a pm2 entry, a program of supervisord, another supervisor, a unit, in this order. */
export function keeperOf(group: ProcessGroup, view: AppView): Kept {
  const { root } = group;
  const line = lineage(root, view);
  if (root.pid === 1) return keptBySocket(group, view);
  if (isContained(root)) return { by: 'container' };
  const pm2 = keptByPm2(group, line, view);
  if (pm2 !== null) return pm2;
  const user = /\/user@\d+\.service\/(?:.*\/)?([^/]+\.service)(?:\/|$)/.exec(root.cgroup);
  if (user?.[1] !== undefined) return { by: 'user-manager', unit: user[1], user: root.user };
  const program = keptPrograms(view.facts.supervisors ?? []).find(({ program: { pid } }) =>
    line.some((process) => process.pid === pid),
  );
  if (program !== undefined) return { by: 'supervisor', program };
  const supervisor = line.find(({ command }) =>
    command
      .slice(0, 2)
      .some((word) => /(?:^|\/)(?:supervisord|circusd|runsv|s6-supervise|monit)$/.test(word)),
  );
  if (supervisor !== undefined) return { by: 'unsupported', process: supervisor };
  const unit = view.facts.units.find((one) => one.unit === unitOf(root.cgroup));
  return unit !== undefined && isOwn(unit, line, view) ? { by: 'unit', unit } : { by: 'nothing' };
}

/** The system unit that a cgroup belongs to, undefined for a login's session and the like. */
export function unitOf(cgroup: string): string | undefined {
  return cgroup.split('/').find((part) => part.endsWith('.service'));
}

/** Whether a unit's own text names the app's folder or, to listen on it, its port. */
export function unitTouches(unit: UnitFacts, { folders, bind }: AppView): boolean {
  if (folders.some((folder) => namesPath(unit.workingDirectory, folder) || namesPath(unit.execStart, folder)))
    return true;
  return bind?.kind === 'port' && (unit.port === String(bind.port) || listensOn(unit.execStart, bind.port));
}

/** Whether a pm2 entry works in the app's folder, runs a script of it, or has its port. */
export function entryTouches(entry: Pm2Entry, { folders, bind }: AppView): boolean {
  if (folders.some((folder) => namesPath(entry.cwd, folder) || namesPath(entry.script, folder))) return true;
  return (
    bind?.kind === 'port' && (entry.port === String(bind.port) || listensOn(entry.args.join(' '), bind.port))
  );
}

/** Whether a pm2 entry runs files of the app's folder. */
export function entryRunsApp({ script, args, cwd }: Pm2Entry, { folders }: AppView): boolean {
  return runsFilesOf([script, ...args], cwd, folders);
}

/** Whether a unit runs files of the app's folder. */
export function unitRunsApp({ execStart, workingDirectory }: UnitFacts, { folders }: AppView): boolean {
  return runsFilesOf(execStart.split(/\s+/), workingDirectory, folders);
}

export function pm2Keeper(daemon: Pm2Facts, entry: Pm2Entry): Keeper {
  const { user, home, command } = daemon;
  return { kind: 'pm2', user, home, command, id: entry.id, name: entry.name };
}

/** Whether a unit starts at boot. */
export function isEnabled(state: string): boolean {
  return /^(?:enabled|linked|alias)/.test(state);
}

/** What a person would call a command: the script rather than its interpreter. */
export function nameOf(command: readonly string[]): string {
  const [first = 'without a command', second] = command;
  // A server that says in its title what it does: `nginx: master process /usr/sbin/nginx -g …`.
  const titled = /^([\w.+-]+): /.exec(first)?.[1];
  if (titled !== undefined) return titled;
  const interpreter = /(?:^|\/)(?:python[\d.]*|node|ruby|perl|sh|bash|dash)$/.test(first);
  return (interpreter && second?.startsWith('-') === false ? second : first).split('/').at(-1) ?? first;
}

/** Facts of pm2 that are missing, although its daemon runs. */
function unreadableDaemons(facts: Facts): ProcessFacts[] {
  return facts.processes.filter(
    ({ pid, command }) =>
      command[0]?.includes(': God Daemon (') === true &&
      !facts.pm2.some(({ daemonPid }) => daemonPid === pid),
  );
}

/**
 * cron's, sshd's and other services' cgroups hold what was started through them, and that is not theirs: their
 * KillMode says so. A unit keeps a process where its main process is that one or an ancestor of it.
 */
function isOwn(unit: UnitFacts, line: readonly ProcessFacts[], view: AppView): boolean {
  if (unitTouches(unit, view)) return true;
  if (unit.mainPid === 0) return false;
  return (
    line[0]?.pid === unit.mainPid ||
    (unit.killMode !== 'process' && line.some(({ pid }) => pid === unit.mainPid))
  );
}

/** systemd holds the app's address for a socket unit: what keeps the app is the service that the socket starts. */
function keptBySocket(group: ProcessGroup, view: AppView): Kept {
  const held = group.listeners.map(({ path, port, address }) => path ?? `${address}:${port}`);
  const sockets = view.facts.units.filter(({ listens }) =>
    listens?.some((each) =>
      held.includes(each.replace(/^\[(.*)\]:(\d+)$/, '$1:$2').replace(/^(\d+)$/, '*:$1')),
    ),
  );
  const unit = view.facts.units.find(
    (one) =>
      one.unit.endsWith('.service') &&
      unitTouches(one, { ...view, bind: null }) &&
      sockets.some((socket) => one.triggeredBy?.includes(socket.unit)),
  );
  return unit === undefined ? { by: 'init' } : { by: 'unit', unit };
}

/** Of another user's processes a daemon may say what it likes. */
function isOf({ user }: ProcessFacts, daemon: Pm2Facts): boolean {
  return daemon.user === 'root' || user === daemon.user || user === '';
}

function keptByPm2(group: ProcessGroup, line: readonly ProcessFacts[], view: AppView): Kept | null {
  for (const daemon of view.facts.pm2) {
    const entry = daemon.entries.find(
      ({ pid }) => pid > 0 && line.some((process) => process.pid === pid && isOf(process, daemon)),
    );
    if (entry !== undefined) return { by: 'pm2', daemon, entries: [entry] };
    // In cluster mode the daemon itself holds the socket. It is never the one to stop.
    if (group.root.pid === daemon.daemonPid) {
      const entries = daemon.entries.filter(
        (one) =>
          one.mode === 'cluster' && (entryRunsApp(one, view) || entryTouches(one, { ...view, folders: [] })),
      );
      const exact = entries.filter(
        ({ port }) => view.bind?.kind === 'port' && port === String(view.bind.port),
      );
      return { by: 'pm2', daemon, entries: exact.length > 0 ? exact : entries };
    }
    if (line.some(({ pid }) => pid === daemon.daemonPid)) {
      // The entry was restarted while its host was looked at, and has another pid by now.
      const entries = daemon.entries.filter(({ cwd }) => cwd === group.root.cwd);
      return { by: 'pm2', daemon, entries: entries.slice(0, 1) };
    }
  }
  const unreadable = unreadableDaemons(view.facts).find(({ pid }) =>
    line.some((process) => process.pid === pid),
  );
  return unreadable === undefined ? null : { by: 'unsupported', process: unreadable };
}
