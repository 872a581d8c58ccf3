import type { AppOnHost } from '../app/app.js';
import type { Facts, Pm2Entry, Pm2Facts } from '../facts/facts.js';
import { pm2Label } from '../facts/pm2-label.js';
import { isSameKeeper, type Keeper } from '../app/keeper.js';
import { isAmong, type OwnEntry, type Stop } from './keeper.js';
import { entryTouches } from './evidence.js';
import { appView } from './process-groups.js';
import { isWithin } from './touches.js';

/** The entries of one name, and the daemon that has them. */
export interface KeptEntries {
  daemon: Pm2Facts;
  /** One an instance. */
  entries: Pm2Entry[];
}

/** The entry of pm2's that belay.yml names to go on keeping the app; null where it names none, or no daemon has it. */
export function ownEntryOf(facts: Facts, app: AppOnHost): OwnEntry | null {
  const kept = app.entry === undefined ? undefined : entriesOf(facts, app.entry, app.path);
  if (kept === undefined) return null;
  const { user, home, command } = kept.daemon;
  const { folders } = appView(facts, null, app.path);
  const works = kept.entries.every(({ cwd }) => folders.some((folder) => isWithin(cwd, folder)));
  return {
    entry: app.entry ?? '',
    user,
    home,
    command,
    mode: kept.entries.some(({ mode }) => mode === 'cluster') ? 'cluster' : 'fork',
    ...(isReloaded(kept, facts, app) && { reloads: true }),
    ...(!works && { elsewhere: true }),
  };
}

/** All instances of that name, in the daemon whose entry has to do with the app where several have the name. */
export function entriesOf({ pm2, ...facts }: Facts, name: string, path: string): KeptEntries | undefined {
  const found = pm2.flatMap((daemon): KeptEntries[] => {
    const entries = daemon.entries.filter((entry) => entry.name === name);
    return entries.length === 0 ? [] : [{ daemon, entries }];
  });
  const view = appView({ pm2, ...facts }, null, path);
  return found.find(({ entries }) => entries.some((entry) => entryTouches(entry, view))) ?? found[0];
}

/** Through what an entry is stopped and started. */
export function entryKeeper({ user, home, command }: Pm2Facts, { id, name }: Pm2Entry): Keeper {
  return { kind: 'pm2', user, home, command, id, name };
}

/** The entry through which something is stopped; undefined where it is none. */
export function entryBehind(daemons: readonly Pm2Facts[], keeper: Keeper): Pm2Entry | undefined {
  return daemons
    .flatMap((daemon) => daemon.entries.filter((entry) => isSameKeeper(entryKeeper(daemon, entry), keeper)))
    .at(0);
}

/** How entries of pm2's go on keeping the app, where they do. */
export function entryStays(
  { daemon, entries }: KeptEntries,
  app: AppOnHost,
  facts: Facts,
): Pick<Stop, 'stays'> {
  const own = ownEntryOf(facts, app);
  if (own === null || own.home !== daemon.home || !entries.every(({ name }) => name === own.entry)) return {};
  return { stays: own.reloads === true ? 'waits' : 'stops' };
}

/** The instances of the entry that belay.yml names, besides those that stop already. */
export function alikeEntries(app: AppOnHost, facts: Facts, stops: readonly Stop[]): Stop[] {
  const kept = app.entry === undefined ? undefined : entriesOf(facts, app.entry, app.path);
  if (kept === undefined) return [];
  const { daemon, entries } = kept;
  return entries
    .filter((entry) => !isAmong(stops, entryKeeper(daemon, entry)))
    .map((entry) => ({
      role: 'app',
      keeper: entryKeeper(daemon, entry),
      label: pm2Label(daemon, entry),
      why: `is an instance of ${entry.name} too`,
      active: !['stopped', 'errored'].includes(entry.status),
      ...entryStays(kept, app, facts),
    }));
}

/** `pm2 entry shop of deploy`. */
export function entryLabel({ entry, user }: Pick<OwnEntry, 'entry' | 'user'>): string {
  return `pm2 entry ${entry} of ${user}`;
}

/**
 * pm2 reloads what runs in its cluster, unless belay.yml asks for a detour; where data moves, or two versions must not serve at once, it
 * has to stop.
 */
function isReloaded({ entries }: KeptEntries, { app: { active } }: Facts, app: AppOnHost): boolean {
  const moves = active === undefined && (app.shared ?? []).length > 0;
  const isAllowed = app.detour !== false && app.strategy === 'auto';
  return (
    isAllowed && !moves && entries.every(({ mode, status }) => mode === 'cluster' && status === 'online')
  );
}

/** Why an entry cannot go on keeping the app as it is; undefined where it can. */
export function entryApart(facts: Facts, entry: string, path: string): string | undefined {
  const view = appView(facts, null, path);
  const apart = entriesOf(facts, entry, path)?.entries.find((one) => !entryTouches(one, view));
  return apart && `it works in ${apart.cwd} and runs ${apart.script}, neither below ${path}`;
}

/** What pm2 gives an entry's process that belay's own keeper would not. */
export function entryGives(
  { home, name }: { home: string; name: string },
  { pm2 }: Facts,
  { byUnit }: { byUnit: boolean },
): string[] {
  const entries = pm2.find((daemon) => daemon.home === home)?.entries ?? [];
  const own = entries.filter((entry) => entry.name === name);
  const instances = own.filter(({ mode }) => mode === 'cluster').length;
  const more = [
    ...(instances > 1 ? [`${instances} instances of its cluster`] : []),
    ...new Set(own.flatMap(({ settings = [] }) => settings)),
  ];
  if (more.length === 0) return [];
  // It ends a process by another signal than a unit does, unless its daemon is told otherwise.
  if (byUnit) more.push('kill_signal SIGINT');
  return [`pm2 entry ${name}: ${more.join(', ')}`];
}
