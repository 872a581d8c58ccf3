import type { App } from './app.js';
import { dormantStops } from './dormant.js';
import type { ContainerFacts, Facts } from './facts.js';
import type { Finding } from './finding.js';
import { finder, type Finder } from './finder.js';
import {
  entryTouches,
  isEnabled,
  keeperOf,
  nameOf,
  pm2Label,
  pm2Keeper,
  unitOf,
  unitTouches,
  type Kept,
} from './keepers.js';
import type { Bind, Stop } from './plan.js';
import {
  appView,
  isBind,
  listenerText,
  servingGroups,
  touchesApp,
  type AppView,
  type ProcessGroup,
} from './process-groups.js';
import { entryName, unitName } from './release.js';
import { programKeeper, programLabel, programTouches } from './supervisor.js';

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
export function findConflicts(facts: Facts, bind: Bind | null, app: App, host: string): Conflicts {
  const find = finder(host);
  const view = appView(facts, bind, app.path);
  const groups = servingGroups(view);
  const stops: Stop[] = [];
  let user: string | null = null;
  for (const group of groups) {
    const kept = keeperOf(group, view);
    const found = stopsOf(group, kept, app, view, find);
    stops.push(...found);
    if (found.some(({ role }) => role === 'app'))
      user ??= kept.by === 'pm2' ? kept.daemon.user : group.root.user;
  }
  unseenListeners(view, find);
  stops.push(...dormantStops({ app, view, groups, stops: [...stops], find }));
  return { stops: sorted(stops), user, findings: find.found };
}

function stopsOf(group: ProcessGroup, kept: Kept, app: App, view: AppView, find: Finder): Stop[] {
  if (refused(group, kept, view, find)) return [];
  const role = group.onBind || isOwn(kept, app) ? 'app' : 'conflict';
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
      return [
        {
          role,
          keeper: { kind: 'unit', unit },
          label: `unit ${unit}`,
          why,
          active: true,
          enabled: isEnabled(enabled),
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
        dumpMatches: daemon.dumpMatches,
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

/** Whether the group is one that belay must not or cannot stop; then a finding says so. */
function refused(group: ProcessGroup, kept: Kept, view: AppView, find: Finder): boolean {
  const { root } = group;
  const where = group.listeners.map(listenerText).join(', ');
  const evidence = `pid ${root.pid} of ${root.user}: ${root.command.join(' ').slice(0, 300)}\nworks in ${root.cwd || '(unknown)'}, cgroup ${root.cgroup}`;
  switch (kept.by) {
    case 'container':
      if (group.onBind) {
        const container = containerText(group, view.facts);
        find.report(
          'port.docker',
          `${where} belongs to ${container}; belay does not stop containers.`,
          evidence,
          'Stop the container, or give its port another number, then plan again.',
        );
      }
      return true;
    case 'init':
      find.report(
        'port.systemd-socket',
        `systemd itself listens on ${where}, for a socket unit; belay cannot take that over.`,
        evidence,
        'Find it with `systemctl list-sockets`, then `systemctl disable --now` it.',
      );
      return true;
    case 'user-manager':
      find.report(
        'unit.user-manager',
        `${where} is kept by ${kept.unit} of ${kept.user}’s own service manager, through which belay cannot act.`,
        evidence,
        `As ${kept.user}: \`systemctl --user disable --now ${kept.unit}\`, then plan again.`,
      );
      return true;
    case 'unsupported':
      find.report(
        'keeper.unsupported',
        `${where} is kept by ${nameOf(kept.process.command)} (pid ${kept.process.pid}), through which belay cannot act; it would start the old version again.`,
        evidence,
        'Take the app out of its configuration and stop it there, then plan again.',
      );
      return true;
    default:
      return foreign(group, kept, view, find, evidence) || shared(group, kept, view, find);
  }
}

/** Whether what listens has nothing to do with the app: neither where it works, nor what it runs, nor what keeps it. */
function foreign(group: ProcessGroup, kept: Kept, view: AppView, find: Finder, evidence: string): boolean {
  const anywhere = { ...view, bind: null };
  const isDaemon = kept.by === 'pm2' && kept.daemon.daemonPid === group.root.pid;
  const ours =
    (group.touches && !isDaemon) ||
    (kept.by === 'unit' && unitTouches(kept.unit, anywhere)) ||
    (kept.by === 'pm2' && kept.entries.some((entry) => entryTouches(entry, anywhere))) ||
    (kept.by === 'supervisor' && programTouches(kept.program.program, anywhere));
  if (ours) return false;
  const taken = group.listeners.filter((listener) => isBind(listener, view.bind));
  if (taken.length > 0) {
    find.report(
      'port.foreign',
      `${taken.map(listenerText).join(', ')} is taken by something that has nothing to do with ${view.folders[0] ?? 'the app'}.`,
      evidence,
      'Check `site` and `port` in belay.yml; if they are right, stop that process yourself.',
    );
  }
  return true;
}

/** A unit that also holds other apps' servers: stopping it would end them. */
function shared(group: ProcessGroup, kept: Kept, view: AppView, find: Finder): boolean {
  if (kept.by !== 'unit') return false;
  const others = view.facts.listeners
    .flatMap(({ pids }) => pids)
    .map((pid) => view.byPid.get(pid))
    .filter((process) => process !== undefined)
    .filter(
      (process) =>
        unitOf(process.cgroup) === kept.unit.unit &&
        !touchesApp(process, view) &&
        !group.members.includes(process),
    );
  const [other] = others;
  if (other === undefined) return false;
  find.report(
    'unit.shared',
    `The app is kept by ${kept.unit.unit}, which also runs another server; stopping it would end both.`,
    `pid ${other.pid}: ${other.command.join(' ').slice(0, 300)}, works in ${other.cwd}`,
    'Give each of them a unit of its own, then plan again.',
  );
  return true;
}

/** Without root, who listens cannot be seen. */
function unseenListeners(view: AppView, find: Finder): void {
  const unseen = view.facts.listeners.filter(
    (listener) => isBind(listener, view.bind) && !listener.pids.some((pid) => view.byPid.has(pid)),
  );
  if (unseen.length === 0) return;
  find.report(
    'port.unseen',
    `Something listens on ${unseen.map(listenerText).join(', ')}, but which process it is cannot be seen.`,
    `seen as ${view.facts.system.user}${view.facts.system.root ? ', as root' : ', without root'}`,
    view.facts.system.root
      ? 'Find it with `ss -ltnp` on the host; it may run in another container or namespace.'
      : 'Let belay act as root by sudo without a password, then plan again.',
  );
}

/** `container blog (nginx:1.27)`, as docker ps has it; without Docker's word what its proxy was told. */
function containerText({ root, listeners }: ProcessGroup, { containers }: Facts): string {
  const publishes = ({ ports }: ContainerFacts) => listeners.some(({ port }) => ports.includes(`:${port}->`));
  const known = containers?.find(publishes);
  if (known !== undefined) return `container ${known.name} (${known.image})`;
  const option = (name: string) => root.command[root.command.indexOf(name) + 1];
  return root.command.includes('-container-ip')
    ? `a container, to which docker-proxy leads: ${option('-container-ip') ?? ''}:${option('-container-port') ?? ''}`
    : 'a container';
}

/** Whether belay itself put it there. */
function isOwn(kept: Kept, app: App): boolean {
  return (
    (kept.by === 'unit' && kept.unit.unit === unitName(app)) ||
    (kept.by === 'pm2' && kept.entries.every(({ name }) => name === entryName(app)))
  );
}

/** Whether a command that was read from the process list could be run again. */
function isRunnable(command: readonly string[]): boolean {
  const [first] = command;
  return first !== undefined && (command.length > 1 || !/[\s:[\]]/.test(first));
}

/** What would start something again comes before what it would start; what serves now comes last. */
function sorted(stops: readonly Stop[]): Stop[] {
  const rank = ({ role, keeper }: Stop) =>
    role === 'app'
      ? 5
      : ['cron', 'trigger', 'pm2', 'supervisor', 'unit', 'none'].indexOf(
          keeper.kind === 'unit' && !keeper.unit.endsWith('.service') ? 'trigger' : keeper.kind,
        );
  const key = (stop: Stop) => `${rank(stop)} ${stop.label}`;
  const once = new Map(stops.map((stop) => [key(stop), stop]));
  return [...once].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, stop]) => stop);
}
