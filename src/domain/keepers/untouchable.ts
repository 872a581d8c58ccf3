import type { ContainerFacts, Doubt, Facts } from '../facts/facts.js';
import type { Finder } from '../findings/finder.js';
import { entryTouches, nameOf, unitOf, unitTouches, type Kept } from './keepers.js';
import { isBind, listenerText, touchesApp, type AppView, type ProcessGroup } from './process-groups.js';
import { programTouches } from './supervisor.js';

/** Whether the group is one that belay must not or cannot stop; then a finding says so. */
export function refused(group: ProcessGroup, kept: Kept, view: AppView, find: Finder): boolean {
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
    case 'unsupported': {
      const doubted = view.facts.doubts?.find(({ pid }) => pid === kept.process.pid);
      find.report(
        'keeper.unsupported',
        `${where} is kept by ${nameOf(kept.process.command)} (pid ${kept.process.pid}), through which belay cannot act; it would start the old version again.`,
        doubted === undefined ? evidence : `${evidence}\nnot asked: ${doubted.why}`,
        notAsked(doubted),
      );
      return true;
    }
    default:
      return foreign(group, kept, view, find, evidence) || shared(group, kept, view, find);
  }
}

/** What to do where a keeper cannot be asked, or was not, because another user could have made it so. */
function notAsked(doubted: Doubt | undefined): string {
  const remedy = 'Take the app out of its configuration and stop it there, then plan again';
  if (doubted === undefined) return `${remedy}.`;
  if (doubted.user === 'root')
    return `Give what is named to root alone (\`chown root: FILE && chmod go-w FILE\`, of folders too), then plan again. Or: ${remedy}.`;
  return `Let belay log in as ${doubted.user} (\`User ${doubted.user}\` in ~/.ssh/config), so that it asks as that user. Or: ${remedy}.`;
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
export function unseenListeners(view: AppView, find: Finder): void {
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
