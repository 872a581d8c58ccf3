import type { AppOnHost } from '../app/app.js';
import type { Finder } from '../findings/finder.js';
import type { AppView, ProcessGroup } from './process-groups.js';
import { sleepingStarts } from './sleepers.js';
import { isWorker, listensOn, namesPath, startsServer } from './touches.js';

interface Later {
  app: AppOnHost;
  view: AppView;
  /** What serves now. */
  groups: readonly ProcessGroup[];
  find: Finder;
}

/** What would start a server of the app later, and is not acted through: it is named, with what takes it away. */
export function laterStarts(later: Later): void {
  atJobs(later);
  userUnits(later);
  sleepingStarts(later);
}

function atJobs({ app, view, find }: Later): void {
  for (const { job, user, when, folder, command } of view.facts.at ?? []) {
    const server = startsServer(command, app.run) && !isWorker(command);
    const port = view.bind?.kind === 'port' && listensOn(command, view.bind.port);
    if (!server || !(port || names(`${folder} ${command}`, view))) continue;
    find.report(
      'at.starts-server',
      `Job ${job} of at, of ${user}, would start a server of the app at ${new Date(when * 1000).toISOString()}.`,
      `in ${folder}: ${command}`,
      `Take it away: \`atrm ${job}\`, then plan again.`,
    );
  }
}

/** Units of users' own managers that do not run now, and start at boot; those that run are found by their listeners. */
function userUnits({ app, view, groups, find }: Later): void {
  for (const one of view.facts.userUnits ?? []) {
    const { unit, user, file, enabled, lingers, execStart, workingDirectory, triggers = [] } = one;
    const runs = groups.some(({ root }) => root.cgroup.includes(`/${unit}`));
    const port = view.bind?.kind === 'port' && listensOn(execStart, view.bind.port);
    if (runs || !enabled || !(port || names(`${workingDirectory} ${execStart}`, view))) continue;
    if (isWorker(execStart) && !startsServer(execStart, app.run)) continue;
    find.report(
      'unit.user-manager',
      `${unit} of ${user}’s own service manager, through which belay cannot act, would start the app ${whenStarted(triggers, user, lingers)}.`,
      `${file}: ${execStart}`,
      `As ${user}: \`systemctl --user disable --now ${[...triggers, unit].join(' ')}\`, then plan again.`,
    );
  }
}

function whenStarted([trigger]: readonly string[], user: string, lingers: boolean): string {
  if (trigger !== undefined) return `whenever ${trigger} says so`;
  return lingers ? 'at the next boot' : `when ${user} logs in`;
}

function names(text: string, { folders }: AppView): boolean {
  return folders.some((folder) => namesPath(text, folder));
}
