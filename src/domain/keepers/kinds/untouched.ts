import type { ContainerFacts, Doubt, Facts, ProcessFacts } from '../../facts/facts.js';
import { nameOf } from '../evidence.js';
import { groupEvidence, isContained, listenersText, type ProcessGroup } from '../process-groups.js';
import { untouched, type FoundKind } from './found.js';

/** Belay does not stop containers; one that only runs the app's files beside is nobody's business. */
export const container: FoundKind<{ by: 'container' }> = {
  ...untouched,
  find: ({ root }) => (isContained(root) ? { by: 'container' } : null),
  text: () => 'a container',
  survivesBoot: () => 'unknown',
  refuses: (_kept, group, view, find) => {
    if (group.onBind)
      find.report(
        'port.docker',
        `${listenersText(group)} belongs to ${containerText(group, view.facts)}; belay does not stop containers.`,
        groupEvidence(group),
        'Stop the container, or give its port another number, then plan again.',
      );
    return true;
  },
};

export const userManager: FoundKind<{ by: 'user-manager'; unit: string; user: string }> = {
  ...untouched,
  find: ({ root }) => {
    const [, unit] = /\/user@\d+\.service\/(?:.*\/)?([^/]+\.service)(?:\/|$)/.exec(root.cgroup) ?? [];
    return unit === undefined ? null : { by: 'user-manager', unit, user: root.user };
  },
  text: ({ unit, user }) => `unit ${unit} of ${user}’s own service manager`,
  survivesBoot: () => 'unknown',
  refuses: ({ unit, user }, group, _view, find) => {
    find.report(
      'unit.user-manager',
      `${listenersText(group)} is kept by ${unit} of ${user}’s own service manager, through which belay cannot act.`,
      groupEvidence(group),
      `As ${user}: \`systemctl --user disable --now ${unit}\`, then plan again.`,
    );
    return true;
  },
};

/** A supervisor that belay does not know, or cannot ask. */
export interface KeptByUnsupported {
  by: 'unsupported';
  process: ProcessFacts;
}

export const unsupported: FoundKind<KeptByUnsupported> = {
  ...untouched,
  find: (_group, line) => {
    const process = line.find(isSupervisor);
    return process === undefined ? null : { by: 'unsupported', process };
  },
  text: ({ process }) => nameOf(process.command),
  survivesBoot: () => 'unknown',
  refuses: ({ process }, group, { facts }, find) => {
    const doubted = facts.doubts?.find(({ pid }) => pid === process.pid);
    const evidence = groupEvidence(group);
    find.report(
      'keeper.unsupported',
      `${listenersText(group)} is kept by ${nameOf(process.command)} (pid ${process.pid}), through which belay cannot act; it would start the old version again.`,
      doubted === undefined ? evidence : `${evidence}\nnot asked: ${doubted.why}`,
      notAsked(doubted),
    );
    return true;
  },
};

function isSupervisor({ command }: ProcessFacts): boolean {
  return command
    .slice(0, 2)
    .some((word) => /(?:^|\/)(?:supervisord|circusd|runsv|s6-supervise|monit)$/.test(word));
}

/** What to do where a keeper cannot be asked, or was not, because another user could have made it so. */
function notAsked(doubted: Doubt | undefined): string {
  const remedy = 'Take the app out of its configuration and stop it there, then plan again';
  if (doubted === undefined) return `${remedy}.`;
  if (doubted.user === 'root')
    return `Give what is named to root alone (\`chown root: FILE && chmod go-w FILE\`, of folders too), then plan again. Or: ${remedy}.`;
  return `Let belay log in as ${doubted.user} (\`User ${doubted.user}\` in ~/.ssh/config), so that it asks as that user. Or: ${remedy}.`;
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
