import type { AppOnHost } from '../app/app.js';
import type { CronLine, Pm2Entry, UnitFacts } from '../facts/facts.js';
import type { Finder } from '../findings/finder.js';
import { entryTouches, isEnabled, nameOf, pm2Keeper, unitOf, unitTouches } from './keepers.js';
import { laterStarts } from './later-starts.js';
import type { Stop } from './keeper.js';
import { isContained, isHostOfOthers, lineage, type AppView, type ProcessGroup } from './process-groups.js';
import { switchName, unitName } from '../app/release.js';
import { keptPrograms, programKeeper, programLabel, programRuns, programTouches } from './supervisor.js';
import { isWithin, isWorker, listensOn, namesPath, startsServer } from './touches.js';
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
  const units = unitStops(search, left);
  const entries = entryStops(search, left);
  const programs = programStops(search, left);
  const lines = cronStops({ ...search, stops: [...search.stops, ...units, ...entries, ...programs] });
  laterStarts(search);
  left.push(...idleProcesses(search));
  if (left.length > 0) {
    search.find.report(
      'app.left-alone',
      `Works in ${search.app.path} without serving requests, and is left alone: it goes on with the files of the old version until it is restarted.`,
      left.slice(0, 20).join('\n'),
      'Restart it in `hooks.after` where it should follow the release; else acknowledge this.',
    );
  }
  return [...units, ...entries, ...programs, ...lines];
}

function unitStops({ app, view, groups, stops }: Search, left: string[]): Stop[] {
  return view.facts.units.flatMap((unit): Stop[] => {
    const known = stops.some(({ keeper }) => keeper.kind === 'unit' && keeper.unit === unit.unit);
    if (
      known ||
      (app.manager === 'systemd' && unit.unit === unitName(app)) ||
      unit.unit === switchName(app) ||
      !unit.unit.endsWith('.service') ||
      !unitTouches(unit, view) ||
      holdsOthers(unit, view)
    )
      return [];
    const enabled = isEnabled(unit.enabled);
    const active = ['active', 'activating', 'reloading'].includes(unit.active);
    const triggers = view.facts.units.filter(
      (one) =>
        unit.triggeredBy?.includes(one.unit) === true && (one.active === 'active' || isEnabled(one.enabled)),
    );
    const inFolder = namesAny(`${unit.workingDirectory} ${unit.execStart}`, view);
    if (!inFolder && unit.active === 'active') return [];
    if (!active && !enabled && triggers.length === 0) return [];
    if (!couldServe(unit, app, groups)) {
      if (inFolder) left.push(`unit ${unit.unit}: ${unit.execStart}`);
      return [];
    }
    const why = `names ${inFolder ? 'the app’s folder' : 'the app’s port'} in its file: ${unit.execStart}`;
    const stop = (one: UnitFacts, reason: string): Stop => ({
      role: 'conflict',
      keeper: { kind: 'unit', unit: one.unit },
      label: `unit ${one.unit}`,
      why: reason,
      active: ['active', 'activating', 'reloading'].includes(one.active),
      enabled: isEnabled(one.enabled),
    });
    // What triggers it comes first, or it would start it again.
    return [...triggers.map((one) => stop(one, `starts ${unit.unit}`)), stop(unit, why)];
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

function entryStops({ app, view, groups, stops }: Search, left: string[]): Stop[] {
  return view.facts.pm2.flatMap((daemon) =>
    daemon.entries.flatMap((entry): Stop[] => {
      const known = stops.some(
        ({ keeper }) => keeper.kind === 'pm2' && keeper.home === daemon.home && keeper.id === entry.id,
      );
      if (known || !entryTouches(entry, view)) return [];
      const inFolder = namesAny(`${entry.cwd} ${entry.script}`, view);
      // Another app that runs: were the port its own, it would have been found there.
      if (!inFolder && entry.status === 'online') return [];
      const label = pm2Label(daemon, entry);
      if (!entryCouldServe(entry, app, groups, view)) {
        left.push(`${label}: ${entry.script}`);
        return [];
      }
      const cron =
        entry.cronRestart === undefined ? '' : `, restarted by its cron_restart (${entry.cronRestart})`;
      const why = `${inFolder ? 'runs out of the app’s folder' : 'has the app’s port'}: ${entry.script}${cron}`;
      const active = !['stopped', 'errored'].includes(entry.status);
      return [
        {
          role: 'conflict',
          keeper: pm2Keeper(daemon, entry),
          label,
          why,
          active,
        },
      ];
    }),
  );
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

function programStops({ app, view, stops }: Search, left: string[]): Stop[] {
  return keptPrograms(view.facts.supervisors ?? []).flatMap((kept): Stop[] => {
    const { program, daemon } = kept;
    const known = stops.some(
      ({ keeper }) =>
        keeper.kind === 'supervisor' && keeper.config === daemon.config && keeper.name === program.name,
    );
    if (known || !programTouches(program, view)) return [];
    const inFolder = namesAny(`${program.directory} ${program.command}`, view);
    const active = programRuns(program);
    // Another app that runs; or one that nothing starts.
    if ((!inFolder && program.state === 'RUNNING') || (!active && !program.atBoot)) return [];
    const label = programLabel(kept);
    if (
      !startsServer(program.command, app.run) &&
      (program.state === 'RUNNING' || isWorker(program.command))
    ) {
      left.push(`${label}: ${program.command}`);
      return [];
    }
    const why = `names ${inFolder ? 'the app’s folder' : 'the app’s port'} in ${program.file}: ${program.command}`;
    return [{ role: 'conflict', keeper: programKeeper(kept), label, why, active, enabled: program.atBoot }];
  });
}

function cronStops({ app, view, stops, find }: Search): Stop[] {
  const left: string[] = [];
  const keepers = stops.flatMap(({ keeper }) =>
    keeper.kind === 'unit'
      ? [keeper.unit, keeper.unit.replace(/\.service$/, '')]
      : keeper.kind === 'pm2'
        ? [keeper.name]
        : [],
  );
  const lines: CronLine[] = [];
  for (const line of view.facts.cron) {
    const names = namesAny(line.command, view);
    const port = view.bind?.kind === 'port' && listensOn(line.command, view.bind.port);
    const restarts = /(?<![\w-])(?:systemctl|service|pm2)\s+(?:\S+\s+)?(?:re)?start/.test(line.command);
    const starts =
      restarts &&
      keepers.some((name) => new RegExp(`(?<![\\w.-])${escape(name)}(?![\\w-])`).test(line.command));
    const server =
      startsServer(line.command, app.run) || (/^\s*@reboot\b/.test(line.text) && !isWorker(line.command));
    if ((server && (names || port)) || starts) lines.push(line);
    else if (names) left.push(`${line.source}:${line.line}: ${line.text}`);
  }
  if (left.length > 0) {
    find.report(
      'cron.left-alone',
      `Lines of crontabs name ${app.path} without starting a server; they stay in force.`,
      left.slice(0, 20).join('\n'),
      'Nothing, where they suit the new release too.',
    );
  }
  return lines.map(({ source, line, text, digest }) => ({
    role: 'conflict',
    keeper: { kind: 'cron', source, line, text, ...(digest === undefined ? {} : { digest }) },
    label: `line ${line} of ${source}`,
    why: `would start a server of the app: ${text}`,
    active: true,
  }));
}

/** Processes in the app's folder that listen nowhere and that nothing of the above keeps. */
function idleProcesses({ view, groups, stops }: Search): string[] {
  const serving = new Set(groups.map(({ root }) => root.pid));
  const stopped = stops.flatMap(({ keeper }) => (keeper.kind === 'unit' ? [keeper.unit] : []));
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
      .filter((process) => !lineage(process, view).some(({ pid }) => serving.has(pid) || entries.has(pid)))
      // Neither a wrapper above a server nor a unit's other processes.
      .filter((process) => !groups.some(({ root }) => lineage(root, view).includes(process)))
      .filter(
        ({ cgroup }) =>
          !view.facts.units.some(
            (unit) =>
              unit.unit === unitOf(cgroup) && (stopped.includes(unit.unit) || unitTouches(unit, view)),
          ),
      )
      .map(
        ({ pid, user, command }) =>
          `process ${nameOf(command)} (pid ${pid}) of ${user}: ${command.join(' ').slice(0, 200)}`,
      )
  );
}

function namesAny(text: string, { folders }: AppView): boolean {
  return folders.some((folder) => namesPath(text, folder));
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
