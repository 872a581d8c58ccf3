import type { AppOnHost } from '../app/app.js';
import { dormantStops } from './dormant.js';
import type { Facts, Pm2Entry } from '../facts/facts.js';
import type { Finding } from '../findings/finding.js';
import { finder, type Finder } from '../findings/finder.js';
import { isEnabled, keeperOf, nameOf, pm2Keeper, type Kept } from './keepers.js';
import type { Bind } from '../app/address.js';
import type { Stop } from './keeper.js';
import { ownUnitOf } from './own-unit.js';
import { appView, listenerText, servingGroups, type AppView, type ProcessGroup } from './process-groups.js';
import { entryName, unitName } from '../app/release.js';
import { entriesOf, ownEntryOf } from './own-entry.js';
import { isOfProgram, programsOf } from './own-program.js';
import { programKeeper, programLabel, programRuns, type KeptProgram } from './supervisor.js';
import { withoutLeft } from './leave.js';
import { triggersOf } from './triggers.js';
import { refused, unseenListeners } from './untouchable.js';
import { pm2Label } from '../facts/pm2-label.js';

export interface Conflicts {
  /** Conflicts first, then what serves now: the order in which they are stopped. */
  stops: Stop[];
  /** Who runs the app now; null where nothing does. */
  user: string | null;
  findings: Finding[];
}

/**
 * What runs, or could come to run, on the app's address or out of its folder, judged from evidence, never by name:
 * sockets, working folders, cgroups, pm2's own list, the text of units and cron lines.
 */
export function findConflicts(facts: Facts, bind: Bind | null, app: AppOnHost, host: string): Conflicts {
  const find = finder(host);
  const view = appView(facts, bind, app.path);
  const groups = servingGroups(view);
  const stops: Stop[] = [];
  let user: string | null = null;
  for (const group of groups) {
    const kept = keeperOf(group, view);
    const at = listensAt(group, bind);
    const found = stopsOf(group, kept, app, view, find).map((stop) =>
      stop.role === 'app' && at !== null ? { ...stop, at } : stop,
    );
    stops.push(...found);
    if (found.some(({ role }) => role === 'app')) user ??= userOf(group, kept);
  }
  stops.push(...alike(app, facts, stops));
  unseenListeners(view, find);
  stops.push(...dormantStops({ app, view, groups, stops: [...stops], find }));
  return { stops: withoutLeft(sorted(stops), app.leave ?? [], find), user, findings: find.found };
}

/** Where a group listens: on the app's address, if it does; else on the first that it has. */
function listensAt({ listeners, onBind }: ProcessGroup, bind: Bind | null): Bind | null {
  const [first] = listeners;
  if (onBind && bind !== null) return bind;
  if (first === undefined) return null;
  if (first.path !== undefined) return { kind: 'socket', path: first.path, from: 'where it listened' };
  const everywhere = ['127.0.0.1', '0.0.0.0', '*', '::', '::1'].includes(first.address);
  return {
    kind: 'port',
    port: first.port,
    ...(everywhere ? {} : { address: first.address }),
    from: 'where it listened',
  };
}

function userOf(group: ProcessGroup, kept: Kept): string {
  // Of a cluster the daemon itself listens. Root's may run an entry as another.
  if (kept.by === 'pm2' && (kept.daemon.user !== 'root' || group.root.pid === kept.daemon.daemonPid))
    return kept.daemon.user;
  // systemd itself, which listens for the unit.
  if (kept.by === 'unit' && group.root.pid === 1) return kept.unit.user === '' ? 'root' : kept.unit.user;
  return group.root.user;
}

function stopsOf(group: ProcessGroup, kept: Kept, app: AppOnHost, view: AppView, find: Finder): Stop[] {
  if (refused(group, kept, view, find)) return [];
  const role: Stop['role'] = group.onBind || isOwn(kept, app) ? 'app' : 'conflict';
  const why = `${group.touches ? 'works in the app’s folder and ' : ''}listens on ${group.listeners.map(listenerText).join(', ')}`;
  switch (kept.by) {
    case 'unit': {
      const { unit, enabled, fragmentPath } = kept.unit;
      if (fragmentPath.startsWith('/run/systemd/transient/')) {
        find.report(
          'unit.transient',
          `${unit} was made by systemd-run and is gone once it stops: a rollback could not start it again.`,
          `${fragmentPath}: ${kept.unit.execStart}`,
          'Give it a unit file in /etc/systemd/system, then plan again.',
        );
      }
      const own = unit === app.unit ? ownUnitOf(view.facts, view.bind, app) : null;
      return [
        ...(own === null
          ? triggersOf(kept.unit, view).map((trigger) => ({ ...trigger, role }))
          : triggersOf(kept.unit, view)
              .filter(({ keeper }) => keeper.kind === 'unit' && /\.(?:timer|path)$/.test(keeper.unit))
              .map((trigger) => ({ ...trigger, resumes: true as const }))),
        {
          role,
          keeper: { kind: 'unit', unit },
          label: `unit ${unit}`,
          why,
          active: group.root.pid !== 1 || kept.unit.active === 'active',
          enabled: isEnabled(enabled),
          ...(own !== null && { stays: own.socket === undefined ? 'stops' : 'waits' }),
        },
      ];
    }
    case 'pm2': {
      const { daemon } = kept;
      return kept.entries.map((entry) => ({
        role,
        keeper: pm2Keeper(daemon, entry),
        label: pm2Label(daemon, entry),
        why,
        active: true,
        ...entryStays(kept, app, view.facts),
      }));
    }
    case 'supervisor':
      return [
        {
          role,
          keeper: programKeeper(kept.program),
          label: programLabel(kept.program),
          why,
          active: true,
          enabled: kept.program.program.atBoot,
          ...(stays(kept.program, app) && { stays: 'stops' as const }),
        },
      ];
    default: {
      const { pid, startTicks, command, user } = group.root;
      if (!isRunnable(command)) {
        find.report(
          'process.unknown-start',
          `Process ${pid} serves the app, nothing would restart it, and how it was started cannot be read: it rewrote its own command. A rollback could not start it again.`,
          `${command.join(' ') || '(no command)'}, of ${user}`,
          'Start it through a systemd unit (or pm2), then plan again.',
        );
      }
      if (group.root.cwd.endsWith(' (deleted)')) {
        find.report(
          'process.folder-gone',
          `Process ${pid} is in the app’s way, and the folder that it works in was deleted: a rollback could not start it again.`,
          `${command.join(' ')}, of ${user}, in ${group.root.cwd}`,
          `End it yourself: \`kill ${pid}\`, then plan again.`,
        );
      }
      const process = { pid, startTicks, bootId: view.facts.system.bootId };
      return [
        {
          role,
          keeper: { kind: 'none', process },
          label: `process ${nameOf(command)} (pid ${pid}) of ${user}`,
          why,
          active: true,
        },
      ];
    }
  }
}

/** Whether belay itself put it there, or belay.yml names it. */
function isOwn(kept: Kept, app: AppOnHost): boolean {
  return (
    (kept.by === 'unit' && [unitName(app), app.unit].includes(kept.unit.unit)) ||
    (kept.by === 'supervisor' && stays(kept.program, app)) ||
    (kept.by === 'pm2' &&
      kept.entries.length > 0 &&
      kept.entries.every(({ name }) => name === entryName(app) || name === app.entry))
  );
}

/** Whether a program of supervisord's goes on keeping the app. */
function stays({ program }: KeptProgram, app: AppOnHost): boolean {
  return app.program !== undefined && isOfProgram(program.name, app.program);
}

/** How entries of pm2's go on keeping the app, where they do. */
function entryStays(
  { daemon, entries }: Pick<Extract<Kept, { by: 'pm2' }>, 'daemon' | 'entries'>,
  app: AppOnHost,
  facts: Facts,
): Pick<Stop, 'stays'> {
  const own = ownEntryOf(facts, app);
  if (own === null || own.home !== daemon.home || !entries.every(({ name }) => name === own.entry)) return {};
  return { stays: own.reloads === true ? 'waits' : 'stops' };
}

/** What is restarted along with what serves: of several that belay.yml names by one name some may listen elsewhere. */
function alike(app: AppOnHost, facts: Facts, stops: readonly Stop[]): Stop[] {
  return [...alikePrograms(app, facts, stops), ...alikeEntries(app, facts, stops)];
}

function alikeEntries(app: AppOnHost, facts: Facts, stops: readonly Stop[]): Stop[] {
  const kept = app.entry === undefined ? undefined : entriesOf(facts, app.entry, app.path);
  if (kept === undefined) return [];
  const { daemon, entries } = kept;
  const isKnown = ({ id }: Pm2Entry) =>
    stops.some(({ keeper }) => keeper.kind === 'pm2' && keeper.home === daemon.home && keeper.id === id);
  return entries
    .filter((entry) => !isKnown(entry))
    .map((entry) => ({
      role: 'app',
      keeper: pm2Keeper(daemon, entry),
      label: pm2Label(daemon, entry),
      why: `is an instance of ${entry.name} too`,
      active: !['stopped', 'errored'].includes(entry.status),
      ...entryStays(kept, app, facts),
    }));
}

function alikePrograms(app: AppOnHost, facts: Facts, stops: readonly Stop[]): Stop[] {
  return (app.program === undefined ? [] : programsOf(facts, app.program))
    .filter(
      ({ program }) =>
        !stops.some(({ keeper }) => keeper.kind === 'supervisor' && keeper.name === program.name),
    )
    .map((kept) => ({
      role: 'app',
      keeper: programKeeper(kept),
      label: programLabel(kept),
      why: `is of ${app.program ?? ''} too`,
      active: programRuns(kept.program),
      enabled: kept.program.atBoot,
      stays: 'stops',
    }));
}

/** Whether a command that was read from the process list could be run again. */
function isRunnable(command: readonly string[]): boolean {
  const [first] = command;
  return first !== undefined && (command.length > 1 || !/[\s:[\]]/.test(first));
}

/** What would start something again comes before what it would start; what serves now comes last. */
function sorted(stops: readonly Stop[]): Stop[] {
  const rank = ({ role, keeper }: Stop) => {
    const triggers = keeper.kind === 'unit' && !keeper.unit.endsWith('.service');
    // A socket is started before its service, too: systemd refuses it afterwards.
    if (role === 'app') return triggers ? 6 : 7;
    return ['cron', 'trigger', 'pm2', 'supervisor', 'unit', 'none'].indexOf(
      triggers ? 'trigger' : keeper.kind,
    );
  };
  const key = (stop: Stop) => `${rank(stop)} ${stop.label}`;
  const once = new Map(stops.map((stop) => [key(stop), stop]));
  return [...once].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, stop]) => stop);
}
