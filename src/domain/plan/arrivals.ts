import type { App } from '../app/app.js';
import { belayFolder } from '../app/release.js';
import type { Facts, ProcessFacts } from '../facts/facts.js';
import { finder } from '../findings/finder.js';
import type { Finding } from '../findings/finding.js';
import type { Plan } from './plan.js';
import { bareProcessOf } from '../app/keeper.js';
import { findConflicts } from '../keepers/conflicts.js';
import { isAmong, type Stop } from '../keepers/keeper.js';
import { foundKind, keeperOf, stopKind } from '../keepers/kinds/of-group.js';
import {
  appView,
  isHostOfOthers,
  lineage,
  runsApp,
  uppermost,
  type AppView,
  type ProcessGroup,
} from '../keepers/process-groups.js';
import { isWithin, isWorker, listensOn, startsServer } from '../keepers/touches.js';

/** What has come since a plan was made. */
export interface Arrivals {
  /** What the plan would have stopped. */
  stops: Arrival[];
  /** What would have blocked it. */
  findings: Finding[];
}

export interface Arrival extends Stop {
  /** It is not for the way back to start: what it stands for is started there already, or it never served. */
  passing: boolean;
}

/**
 * What has come to the app's address, or to run its files, since the plan was made, by the evidence that a plan goes by: what a line of
 * cron started while the release was built, before that line was put off.
 * @param facts read once everything that would start the app is put off
 * @param since start in clock ticks: what started later and does not listen yet may be waiting for the app's address
 */
export function findArrivals(
  facts: Facts,
  { app: given, plan, release }: { app: App; plan: Plan; release: string },
  since: number,
): Arrivals {
  const { unit, program, entry } = plan;
  const app = {
    ...given,
    ...(unit && { unit: unit.unit }),
    ...(program && { program: program.program }),
    ...(entry && { entry: entry.entry }),
  };
  const old = withoutRelease(facts, `${belayFolder(app.path)}/releases/${release}`);
  const { stops, findings } = findConflicts(old, plan.bind, app, plan.host);
  const running = stops.filter(
    ({ active, keeper }) => active && stopKind(keeper).runs && !isAmong(plan.stops, keeper),
  );
  const view = appView(old, plan.bind, app.path);
  const isReplaced = plan.stops.some(({ role, keeper }) => {
    const process = bareProcessOf(keeper);
    return role === 'app' && process !== undefined && !lives(process, view);
  });
  const waiting = waitingFor(view, app, since, [...plan.stops, ...stops]);
  return {
    stops: [
      ...running.map((stop) => ({ ...stop, passing: stop.role === 'app' && isReplaced })),
      ...waiting.map((stop) => ({ ...stop, passing: true })),
    ],
    findings: findings.filter(({ severity }) => severity === 'block'),
  };
}

/** In a detour the new release serves already. */
function withoutRelease(facts: Facts, folder: string): Facts {
  const isNew = ({ cwd, command }: ProcessFacts) =>
    isWithin(cwd, folder) || command.some((word) => word.includes(`${folder}/`));
  const gone = new Set(facts.processes.filter(isNew).map(({ pid }) => pid));
  return {
    ...facts,
    processes: facts.processes.filter(({ pid }) => !gone.has(pid)),
    listeners: facts.listeners
      .map((listener) => ({ listener, pids: listener.pids.filter((pid) => !gone.has(pid)) }))
      .filter(({ listener, pids }) => pids.length > 0 || listener.pids.length === 0)
      .map(({ listener, pids }) => ({ ...listener, pids })),
  };
}

function lives({ pid, startTicks }: { pid: number; startTicks: number }, { byPid }: AppView): boolean {
  return byPid.get(pid)?.startTicks === startTicks;
}

/** Servers of the app's that nothing keeps and that do not listen: some try until the address is free. */
function waitingFor(view: AppView, app: App, since: number, stops: readonly Stop[]): Stop[] {
  const listening = new Set(view.facts.listeners.flatMap(({ pids }) => pids));
  const stopped = new Set(stops.map(({ keeper }) => bareProcessOf(keeper)?.pid));
  const roots = new Map<number, ProcessFacts>();
  for (const process of view.facts.processes) {
    const line = lineage(process, view);
    if (
      process.startTicks < since ||
      isHostOfOthers(process) ||
      line.some(({ pid }) => (listening.has(pid) && pid !== 1) || stopped.has(pid)) ||
      !runsApp(process, view) ||
      !wouldServe(process, view, app)
    )
      continue;
    const root = uppermost(process, view);
    if (root.startTicks >= since) roots.set(root.pid, root);
  }
  return [...roots.values()].flatMap((root) => {
    const group: ProcessGroup = { root, members: [root], listeners: [], onBind: false, touches: true };
    const kept = keeperOf(group, view);
    if (foundKind(kept).isByHand !== true) return [];
    const why = 'would serve the app’s files';
    return foundKind(kept).stops(kept, group, { app, view, role: 'conflict', why }, finder(''));
  });
}

function wouldServe({ command }: ProcessFacts, { bind }: AppView, { run }: App): boolean {
  const text = command.join(' ');
  if (bind?.kind === 'port' && listensOn(text, bind.port)) return true;
  return startsServer(text, run) && !isWorker(text);
}
