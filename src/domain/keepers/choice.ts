import type { Bind } from '../app/address.js';
import type { App } from '../app/app.js';
import type { Facts, Pm2Entry, SupervisorProgram, UnitFacts } from '../facts/facts.js';
import { findConflicts } from './conflicts.js';
import type { Stop } from './keeper.js';
import { entryRunsApp, entryTouches, isEnabled, unitRunsApp } from './evidence.js';
import { releaseKeeper } from './kinds/of-app.js';
import type { GoesOn } from './kinds/found.js';
import { stopKind } from './kinds/of-group.js';
import { listensAt } from './own-unit.js';
import { wholeProgram } from './own-program.js';
import { keptPrograms } from './supervisor.js';
import { appView, type AppView } from './process-groups.js';
import { isWorker, listensOn, namesPath } from './touches.js';
import { runsFilesOf } from './runs-files.js';

/** What keeps the app's releases where belay.yml names no keeper. */
export interface Choice {
  /** Somebody's own unit that keeps the app now and goes on keeping it. */
  unit?: string;
  /** The same of supervisord. */
  program?: string;
  /** The same of pm2. */
  entry?: string;
  /** What keeps the app now and cannot go on keeping it, so that a keeper of belay's own takes its place. */
  replaced?: Replaced;
}

export interface Replaced {
  label: string;
  /** What follows after a colon. */
  why: string;
  evidence: string;
}

/**
 * The keeper that is there stays: the one unit that somebody made and that serves the app, or, where nothing serves, would
 * serve it at its address. A keeper of belay's own goes on too, and an app that nobody keeps gets one.
 */
export function chooseKeeper(facts: Facts, bind: Bind | null, app: App): Choice {
  if ([app.unit, app.program, app.entry, app.manager].some((said) => said !== undefined) || bind === null)
    return {};
  const { stops, user } = findConflicts(facts, bind, app, '');
  const serving = stops.filter(
    ({ role, keeper }) => role === 'app' && stopKind(keeper).triggers?.(keeper) !== true,
  );
  if (serving.some(({ keeper }) => releaseKeeper(app).keeps(keeper))) return {};
  const [only, ...others] = serving;
  if (only === undefined) return silent(facts, bind, app, stops);
  const goesOn = goesOnAs(serving);
  if (goesOn !== undefined) return keptBy(only, goesOn, facts, app, user);
  if (others.length > 0) {
    const labels = serving.map(({ label }) => label);
    const why = 'they serve the app together, and belay restarts one keeper';
    return { replaced: { label: labels.join(', '), why, evidence: labels.join('\n') } };
  }
  if (!isKeeper(only.keeper)) return {};
  const why = 'belay keeps releases by a unit or an entry of its own';
  return { replaced: { label: only.label, why, evidence: only.why } };
}

/** Nothing serves. What belay made it starts anew; of others' units the one that would listen at the app's address. */
function silent(facts: Facts, bind: Bind, app: App, stops: readonly Stop[]): Choice {
  const { unit: made, entry: madeEntry } = facts.app.activeFiles ?? {};
  if (made !== undefined || madeEntry !== undefined) return {};
  const view = appView(facts, null, app.path);
  const candidates = facts.units.filter(
    (unit) =>
      unit.unit.endsWith('.service') &&
      unitRunsApp(unit, view) &&
      !isWorker(unit.execStart) &&
      (isEnabled(unit.enabled) || ['failed', 'activating'].includes(unit.active) || hasSocket(unit, facts)) &&
      isFor(unit, facts, bind),
  );
  const [unit, ...others] = candidates;
  if (unit !== undefined && others.length === 0) {
    const keeper = { kind: 'unit', unit: unit.unit } as const;
    const stop = { role: 'app', keeper, label: `unit ${unit.unit}`, why: '', active: false } as const;
    const goesOn = goesOnAs([stop]);
    return goesOn === undefined ? {} : keptBy(stop, goesOn, facts, app, null);
  }
  const programs = keptPrograms(facts.supervisors ?? []).filter(({ program }) =>
    wouldServe(program, view, bind),
  );
  const [program, ...more] = new Set(programs.map((one) => wholeProgram(one.program)));
  if (candidates.length === 0 && program !== undefined && more.length === 0) return { program };
  const [entry, ...besides] = silentEntries(facts, view, bind);
  if (candidates.length === 0 && program === undefined && entry !== undefined && besides.length === 0)
    return { entry };
  const elsewhere = stops.find(
    ({ role, keeper, active }) => role === 'conflict' && active && isKeeper(keeper),
  );
  if (elsewhere === undefined) return {};
  const at = bind.kind === 'port' ? `port ${bind.port}` : bind.path;
  return {
    replaced: { label: elsewhere.label, why: `it does not serve on ${at}`, evidence: elsewhere.why },
  };
}

/** It goes on keeping the app, unless something hinders that. @param user as whom it runs the app */
function keptBy(
  { label, why: evidence }: Stop,
  goesOn: GoesOn,
  facts: Facts,
  app: App,
  user: string | null,
): Choice {
  const hindered = goesOn.hindered(facts, app, user);
  return hindered === undefined ? goesOn.setting : { replaced: { label, evidence, ...hindered } };
}

/** How all that serves goes on by one name: with numprocs one program is several, an entry has its instances. */
function goesOnAs(serving: readonly Stop[]): GoesOn | undefined {
  const [first, ...others] = serving.map(({ keeper }) => stopKind(keeper).goesOn?.(keeper));
  return others.every((other) => other !== undefined && other.key === first?.key) ? first : undefined;
}

/** Names of entries of pm2's that are down and would run the app at its address. */
function silentEntries({ pm2 }: Facts, view: AppView, bind: Bind): string[] {
  const wouldServe = (entry: Pm2Entry) =>
    entryRunsApp(entry, view) &&
    !isWorker(`${entry.name} ${entry.script} ${entry.args.join(' ')}`) &&
    !entry.name.startsWith('belay-') &&
    entryTouches(entry, { ...view, folders: [], bind });
  return [...new Set(pm2.flatMap(({ entries }) => entries.filter(wouldServe).map(({ name }) => name)))];
}

/** Whether a program of supervisord's would run the app at its address. */
function wouldServe({ command, directory }: SupervisorProgram, { folders }: AppView, bind: Bind): boolean {
  const isThere = bind.kind === 'port' ? listensOn(command, bind.port) : namesPath(command, bind.path);
  return isThere && !isWorker(command) && runsFilesOf(command.split(/\s+/), directory, folders);
}

/** Whether a unit's own text, or its socket, has the app's address. */
function isFor(unit: UnitFacts, facts: Facts, bind: Bind): boolean {
  const at = bind.kind === 'port' ? String(bind.port) : bind.path;
  return (
    unit.addresses?.some((one) => one.at === at) === true ||
    (bind.kind === 'port' && unit.port === at) ||
    facts.units.some((one) => unit.triggeredBy?.includes(one.unit) === true && listensAt(one, bind))
  );
}

function hasSocket(unit: UnitFacts, facts: Facts): boolean {
  return facts.units.some(
    (one) =>
      one.unit.endsWith('.socket') &&
      unit.triggeredBy?.includes(one.unit) === true &&
      one.active === 'active',
  );
}

function isKeeper(keeper: Stop['keeper']): boolean {
  return stopKind(keeper).keeps(keeper);
}
