import type { AppOnHost } from '../app/app.js';
import type { Pm2Entry, ProcessFacts, UnitFacts } from '../facts/facts.js';
import type { Finder } from '../findings/finder.js';
import { cronStops } from './cron-stops.js';
import {
  entryRunsApp,
  entryTouches,
  isEnabled,
  nameOf,
  unitOf,
  unitRunsApp,
  unitTouches,
} from './evidence.js';
import { entryKeeper } from './own-entry.js';
import { laterStarts } from './later-starts.js';
import { isAmong, type Stop } from './keeper.js';
import {
  isContained,
  isHostOfOthers,
  lineage,
  neighbours,
  type AppView,
  type ProcessGroup,
} from './process-groups.js';
import { runsFilesOf } from './runs-files.js';
import { timerStops } from './timer-stops.js';
import { triggersOf } from './triggers.js';
import { switchName } from '../app/release.js';
import { releaseKeeper } from './kinds/of-app.js';
import { keptPrograms, programKeeper, programLabel, programRuns, programTouches } from './supervisor.js';
import { isWithin, isWorker, startsServer } from './touches.js';
import { pm2Label } from '../facts/pm2-label.js';

interface Search {
  app: AppOnHost;
  view: AppView;
  /** What serves now. */
  groups: readonly ProcessGroup[];
  /** What will be stopped already. */
  stops: readonly Stop[];
  find: Finder;
}

/**
 * What does not serve the app's address or from its folder now, but could come to: pm2 entries, units, cron lines.
 * What works in the folder without serving (a worker, a nightly job) is left alone, and a finding says so.
 */
export function dormantStops(search: Search): Stop[] {
  const left: string[] = [];
  const beside = neighbours(search.view);
  const near = beside.map((process) => processText(process));
  const units = unitStops(search, left, near);
  const entries = entryStops(search, left, near);
  const programs = programStops(search, left, near);
  const known = [...search.stops, ...units, ...entries, ...programs];
  const timers = timerStops({ ...search, stops: known });
  const lines = cronStops({ ...search, stops: known });
  laterStarts(search);
  left.push(...idleProcesses(search, beside));
  if (left.length > 0) {
    search.find.report(
      'app.left-alone',
      `Works in ${search.app.path} without serving requests, and is left alone: it goes on with the files of the old version until it is restarted.`,
      left.slice(0, 20).join('\n'),
      'Restart it in `hooks.after` where it should follow the release; else acknowledge this.',
    );
  }
  if (near.length > 0) {
    search.find.report(
      'app.neighbour',
      `Was started in ${search.app.path}, but runs nothing that lies there and listens elsewhere: another app's, which is left alone.`,
      [...new Set(near)].slice(0, 20).join('\n'),
      'Nothing, where it is another app’s; where it is an older copy of this app, stop it yourself.',
    );
  }
  return [...timers, ...units, ...entries, ...programs, ...lines];
}

function unitStops({ app, view, groups, stops }: Search, left: string[], near: string[]): Stop[] {
  return view.facts.units.flatMap((unit): Stop[] => {
    const keeper = { kind: 'unit', unit: unit.unit } as const;
    if (
      isAmong(stops, keeper) ||
      releaseKeeper(app).keeps(keeper) ||
      unit.unit === switchName(app) ||
      !unit.unit.endsWith('.service') ||
      !unitTouches(unit, view) ||
      holdsOthers(unit, view)
    )
      return [];
    const enabled = isEnabled(unit.enabled);
    const active = ['active', 'activating', 'reloading'].includes(unit.active);
    const triggers = triggersOf(unit, view);
    const inFolder = unitRunsApp(unit, view);
    if (!inFolder && unit.active === 'active') return [];
    if (!active && !enabled && triggers.length === 0) return [];
    if (!inFolder && !unitTouches(unit, { ...view, folders: [] })) {
      near.push(`unit ${unit.unit}: ${unit.execStart}`);
      return [];
    }
    if (!couldServe(unit, app, groups)) {
      if (inFolder) left.push(`unit ${unit.unit}: ${unit.execStart}`);
      return [];
    }
    const why = `names ${inFolder ? 'the app’s folder' : 'the app’s port'} in its file: ${unit.execStart}`;
    // What triggers it comes first, or it would start it again.
    return [
      ...triggers,
      {
        role: 'conflict',
        keeper,
        label: `unit ${unit.unit}`,
        why,
        active,
        enabled,
      },
    ];
  });
}

function couldServe(unit: UnitFacts, app: AppOnHost, groups: readonly ProcessGroup[]): boolean {
  if (groups.some(({ members }) => members.some(({ cgroup }) => unitOf(cgroup) === unit.unit))) return true;
  if (startsServer(unit.execStart, app.run)) return true;
  // It runs to its end, or it runs now and listens nowhere.
  if (unit.type === 'oneshot' || unit.active === 'active') return false;
  return !isWorker(unit.execStart);
}

/** pm2's daemon, supervisord and the like are never ended: what they keep is dealt with one by one. */
function holdsOthers(unit: UnitFacts, view: AppView): boolean {
  return view.facts.processes.some(
    (process) => unitOf(process.cgroup) === unit.unit && isHostOfOthers(process),
  );
}

function entryStops({ app, view, groups, stops }: Search, left: string[], near: string[]): Stop[] {
  return view.facts.pm2.flatMap((daemon) =>
    daemon.entries.flatMap((entry): Stop[] => {
      const keeper = entryKeeper(daemon, entry);
      if (isAmong(stops, keeper) || !entryTouches(entry, view)) return [];
      const inFolder = entryRunsApp(entry, view);
      // Another app that runs: were the port its own, it would have been found there.
      if (!inFolder && entry.status === 'online' && !startedHere(entry, view)) return [];
      const label = pm2Label(daemon, entry);
      if (!inFolder && !entryTouches(entry, { ...view, folders: [] })) {
        near.push(`${label}: ${entry.script}`);
        return [];
      }
      if (!entryCouldServe(entry, app, groups, view)) {
        left.push(`${label}: ${entry.script}`);
        return [];
      }
      const cron =
        entry.cronRestart === undefined ? '' : `, restarted by its cron_restart (${entry.cronRestart})`;
      const why = `${inFolder ? 'runs out of the app’s folder' : 'has the app’s port'}: ${entry.script}${cron}`;
      const active = !['stopped', 'errored'].includes(entry.status);
      return [{ role: 'conflict', keeper, label, why, active }];
    }),
  );
}

/** Whether an entry keeps the app's folder as its own, whatever it runs. */
function startedHere({ cwd }: Pm2Entry, { folders }: AppView): boolean {
  return folders.some((folder) => isWithin(cwd, folder));
}

function entryCouldServe(
  entry: Pm2Entry,
  app: AppOnHost,
  groups: readonly ProcessGroup[],
  view: AppView,
): boolean {
  const command = `${entry.script} ${entry.args.join(' ')}`;
  const worker = isWorker(`${entry.name} ${command}`);
  if (entry.mode === 'cluster' || startsServer(command, app.run)) return true;
  if (entry.port !== undefined && !worker) return true;
  const serves = groups.some(({ root }) =>
    lineage(root, view).some(({ pid }) => pid === entry.pid && pid > 0),
  );
  return serves || (entry.status !== 'online' && !worker);
}

function programStops({ app, view, stops }: Search, left: string[], near: string[]): Stop[] {
  return keptPrograms(view.facts.supervisors ?? []).flatMap((kept): Stop[] => {
    const { program } = kept;
    const keeper = programKeeper(kept);
    if (isAmong(stops, keeper) || !programTouches(program, view)) return [];
    const inFolder = runsFilesOf(program.command.split(/\s+/), program.directory, view.folders);
    const active = programRuns(program);
    // Another app that runs; or one that nothing starts.
    if ((!inFolder && program.state === 'RUNNING') || (!active && !program.atBoot)) return [];
    const label = programLabel(kept);
    if (!inFolder && !programTouches(program, { ...view, folders: [] })) {
      near.push(`${label}: ${program.command}`);
      return [];
    }
    if (
      !startsServer(program.command, app.run) &&
      (program.state === 'RUNNING' || isWorker(program.command))
    ) {
      left.push(`${label}: ${program.command}`);
      return [];
    }
    const why = `names ${inFolder ? 'the app’s folder' : 'the app’s port'} in ${program.file}: ${program.command}`;
    return [{ role: 'conflict', keeper, label, why, active, enabled: program.atBoot }];
  });
}

/** Processes in the app's folder that listen nowhere and that nothing of the above keeps. */
function idleProcesses({ view, groups, stops }: Search, beside: readonly ProcessFacts[]): string[] {
  const serving = new Set(groups.map(({ root }) => root.pid));
  const entries = new Set(
    [
      ...view.facts.pm2.flatMap((daemon) => daemon.entries),
      ...(view.facts.supervisors ?? []).flatMap((daemon) => daemon.programs),
    ].map(({ pid }) => pid),
  );
  return (
    view.facts.processes
      .filter((process) => view.folders.some((folder) => isWithin(process.cwd, folder)))
      .filter((process) => !isContained(process) && !isHostOfOthers(process))
      .filter((process) => !lineage(process, view).some((one) => beside.includes(one)))
      .filter((process) => !lineage(process, view).some(({ pid }) => serving.has(pid) || entries.has(pid)))
      // Neither a wrapper above a server nor a unit's other processes.
      .filter((process) => !groups.some(({ root }) => lineage(root, view).includes(process)))
      .filter(
        ({ cgroup }) =>
          !view.facts.units.some(
            (unit) =>
              unit.unit === unitOf(cgroup) &&
              (isAmong(stops, { kind: 'unit', unit: unit.unit }) || unitTouches(unit, view)),
          ),
      )
      .map(processText)
  );
}

function processText({ pid, user, command }: ProcessFacts): string {
  return `process ${nameOf(command)} (pid ${pid}) of ${user}: ${command.join(' ').slice(0, 200)}`;
}
