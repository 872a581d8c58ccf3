import type { AppOnHost } from '../app/app.js';
import { hasProcess } from '../app/kind.js';
import type { Bind } from '../app/address.js';
import type { Facts } from '../facts/facts.js';
import type { Finding } from '../findings/finding.js';
import { finder, type Finder } from '../findings/finder.js';
import { dormantStops } from './dormant.js';
import type { Stop } from './keeper.js';
import type { Kept } from './kinds/all.js';
import { isOfApp } from './kinds/of-app.js';
import { alike, foundKind, keeperOf, stopKind, stopRank, userOf } from './kinds/of-group.js';
import { withoutLeft } from './leave.js';
import { appView, listenersText, servingGroups, type AppView, type ProcessGroup } from './process-groups.js';
import { refused, unseenListeners } from './untouchable.js';

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
export function findConflicts(facts: Facts, bind: Bind | null, app: AppOnHost, host: string): Conflicts {
  if (!hasProcess(app)) return { stops: [], user: null, findings: [] };
  const find = finder(host);
  const view = appView(facts, bind, app.path);
  const groups = servingGroups(view);
  const stops: Stop[] = [];
  let user: string | null = null;
  for (const group of groups) {
    const kept = keeperOf(group, view);
    const at = listensAt(group, bind);
    const found = stopsOf(group, kept, app, view, find).map((stop) =>
      stop.role === 'app' && at !== null ? { ...stop, at } : stop,
    );
    stops.push(...found);
    if (found.some(({ role }) => role === 'app')) user ??= userOf(kept, group.root) ?? group.root.user;
  }
  stops.push(...alike(app, facts, stops));
  unseenListeners(view, find);
  stops.push(...dormantStops({ app, view, groups, stops: [...stops], find }));
  return { stops: withoutLeft(sorted(stops), app.leave ?? [], find), user, findings: find.found };
}

/** Where a group listens: on the app's address, if it does; else on the first that it has. */
function listensAt({ listeners, onBind }: ProcessGroup, bind: Bind | null): Bind | null {
  const [first] = listeners;
  if (onBind && bind !== null) return bind;
  if (first === undefined) return null;
  if (first.path !== undefined) return { kind: 'socket', path: first.path, from: 'where it listened' };
  const everywhere = ['127.0.0.1', '0.0.0.0', '*', '::', '::1'].includes(first.address);
  return {
    kind: 'port',
    port: first.port,
    ...(everywhere ? {} : { address: first.address }),
    from: 'where it listened',
  };
}

function stopsOf(
  group: ProcessGroup,
  kept: Kept,
  app: AppOnHost,
  view: AppView,
  find: Finder,
): readonly Stop[] {
  if (refused(group, kept, view, find)) return [];
  const { stops, keepers } = foundKind(kept);
  const through = keepers(kept);
  const isOwn = through.length > 0 && through.every((keeper) => isOfApp(app, keeper));
  const role: Stop['role'] = group.onBind || isOwn ? 'app' : 'conflict';
  const why = `${group.touches ? 'works in the app’s folder and ' : ''}listens on ${listenersText(group)}`;
  return stops(kept, group, { app, view, role, why }, find);
}

/** What would start something again comes before what it would start; what serves now comes last. */
function sorted(stops: readonly Stop[]): Stop[] {
  const once = new Map(stops.map((stop) => [`${rank(stop)} ${stop.label}`, stop]));
  return [...once.values()].sort((a, b) => rank(a) - rank(b) || (a.label < b.label ? -1 : 1));
}

function rank({ role, keeper }: Stop): number {
  const triggers = stopKind(keeper).triggers?.(keeper) === true;
  // A socket is started before its service, too: systemd refuses it afterwards.
  return (role === 'app' ? 100 : 0) + (triggers ? 0.5 : stopRank(keeper));
}
