import type { Bind } from '../app/address.js';
import type { App } from '../app/app.js';
import type { Facts, Pm2Entry, SupervisorProgram, UnitFacts } from '../facts/facts.js';
import { findConflicts } from './conflicts.js';
import type { Stop } from './keeper.js';
import { entryRunsApp, entryTouches, isEnabled, unitRunsApp, unitTouches } from './evidence.js';
import { releaseKeeper } from './kinds/of-app.js';
import { listensAt } from './own-unit.js';
import { entriesOf } from './own-entry.js';
import { programsOf, wholeProgram } from './own-program.js';
import { keptPrograms, programTouches } from './supervisor.js';
import { appView, type AppView } from './process-groups.js';
import { isWithin, isWorker, listensOn, namesPath } from './touches.js';
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
  const serving = stops.filter(({ role, keeper }) => role === 'app' && !isTrigger(keeper));
  if (serving.some(({ keeper }) => releaseKeeper(app).keeps(keeper))) return {};
  const [only, ...others] = serving;
  if (only === undefined) return silent(facts, bind, app, stops);
  const group = groupOf(serving);
  if (group !== undefined) return keptByName({ program: group }, only, facts, app, user);
  const name = entryOf(serving);
  if (name !== undefined) return keptByName({ entry: name }, only, facts, app, user);
  if (others.length > 0) {
    const labels = serving.map(({ label }) => label);
    const why = 'they serve the app together, and belay restarts one keeper';
    return { replaced: { label: labels.join(', '), why, evidence: labels.join('\n') } };
  }
  return keptBy(only, facts, app);
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
    return keptBy({ role: 'app', keeper, label: `unit ${unit.unit}`, why: '', active: false }, facts, app);
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

function keptBy({ keeper, label, why: evidence }: Stop, facts: Facts, app: App): Choice {
  if (!isKeeper(keeper)) return {};
  if (keeper.kind !== 'unit')
    return { replaced: { label, why: 'belay keeps releases by a unit or an entry of its own', evidence } };
  const unit = facts.units.find((one) => one.unit === keeper.unit);
  if (unit === undefined) return {};
  const why = whyNotKept(unit, facts, app);
  if (why === undefined) return { unit: unit.unit };
  return { replaced: { label, why, evidence: `${unit.fragmentPath}: ${unit.execStart}` } };
}

/** The program that is all that serves: one, or with numprocs several of one name. */
function groupOf(serving: readonly Stop[]): string | undefined {
  const names = serving.map(({ keeper }) =>
    keeper.kind === 'supervisor' ? wholeProgram(keeper) : undefined,
  );
  return names.every((name) => name === names[0]) ? names[0] : undefined;
}

/** The entry of pm2's that is all that serves: one instance, or several of one name in one daemon. */
function entryOf(serving: readonly Stop[]): string | undefined {
  const keys = serving.map(({ keeper }) =>
    keeper.kind === 'pm2' ? `${keeper.home}\n${keeper.name}` : undefined,
  );
  const name = keys[0]?.split('\n')[1];
  // One that an earlier belay made is its own, whatever belay.yml says now.
  return keys.every((key) => key === keys[0]) && name?.startsWith('belay-') === false ? name : undefined;
}

/** It goes on keeping the app, unless part of it keeps something else, or runs it as another user than belay.yml says. */
function keptByName(
  kept: { entry: string } | { program: string },
  { label, why: evidence }: Stop,
  facts: Facts,
  app: App,
  user: string | null,
): Choice {
  const apart = 'entry' in kept ? entryApart(kept.entry, facts, app) : programApart(kept.program, facts, app);
  const isOther = app.user !== undefined && user !== null && app.user !== user;
  if (apart === undefined && !isOther) return kept;
  const why = apart ?? `it runs the app as ${user ?? ''}, and belay.yml says \`user: ${app.user ?? ''}\``;
  return { replaced: { label, why, evidence } };
}

function entryApart(entry: string, facts: Facts, { path }: App): string | undefined {
  const view = appView(facts, null, path);
  const apart = entriesOf(facts, entry, path)?.entries.find((one) => !entryTouches(one, view));
  return apart && `it works in ${apart.cwd} and runs ${apart.script}, neither below ${path}`;
}

function programApart(name: string, facts: Facts, { path }: App): string | undefined {
  const view = appView(facts, null, path);
  const apart = programsOf(facts, name).find(({ program }) => !programTouches(program, view))?.program;
  return apart && `[${apart.section}] in ${apart.file} names no folder below ${path}`;
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

/** Why a unit cannot go on keeping the app as it is; undefined where it can. */
export function whyNotKept(
  unit: UnitFacts,
  facts: Facts,
  app: Pick<App, 'path' | 'user'>,
): string | undefined {
  const view = appView(facts, null, app.path);
  const root = unit.settings?.find((name) => /^Root(?:Directory|Image)$/.test(name));
  const inside = [unit.fragmentPath, ...(unit.dropIns ?? [])].find((file) =>
    view.folders.some((folder) => isWithin(file, folder)),
  );
  const user = unit.user === '' ? 'root' : unit.user;
  if (!unitTouches(unit, view))
    return `it neither works in ${app.path} nor names it in its command, so that a release placed there need not be what it starts`;
  if (root !== undefined)
    return `it gives the app a root of its own (${root}=), where ${app.path} may be another folder`;
  if (unit.fragmentPath.startsWith('/run/systemd/generator'))
    return 'systemd makes it of a script in /etc/init.d, and does not start again what ends';
  if (inside !== undefined)
    return `its file ${inside} lies in the app’s folder, which every release replaces`;
  if (app.user !== undefined && app.user !== user)
    return `it runs the app as ${user}, and belay.yml says \`user: ${app.user}\``;
  return undefined;
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

function isTrigger(keeper: Stop['keeper']): boolean {
  return keeper.kind === 'unit' && !keeper.unit.endsWith('.service');
}

/** Whether it would keep an app running, unlike a process alone, and a line of cron. */
function isKeeper(keeper: Stop['keeper']): boolean {
  return keeper.kind !== 'none' && keeper.kind !== 'cron' && !isTrigger(keeper);
}
