import type { AppOnHost } from '../../app/app.js';
import type { Facts, ProcessFacts } from '../../facts/facts.js';
import type { Finder } from '../../findings/finder.js';
import type { Keeper } from '../../app/keeper.js';
import type { Stop } from '../keeper.js';
import type { AppView, ProcessGroup } from '../process-groups.js';

/** Whether what is kept so comes back by itself after a reboot. */
export type Boot = 'yes' | 'no' | 'unknown';

/** What a look at a host says of what starts with it. */
export type BootFacts = Pick<Facts, 'units' | 'cron'>;

/** What the plan is about, where something that was found is to be stopped. */
export interface About {
  app: AppOnHost;
  view: AppView;
  role: Stop['role'];
  /** Why it is in the way: where it works and listens. */
  why: string;
}

/**
 * A keeper that something may run under now. `Kept` is what was found of it, told from others by its `by`; `Other` what else its
 * search may find.
 */
export interface FoundKind<Kept extends { by: string }, Other extends { by: string } = never> {
  /**
   * Looks for it by evidence.
   * @param line the group's uppermost process and all its ancestors
   * @returns null where it is not what keeps the group
   */
  find: (group: ProcessGroup, line: readonly ProcessFacts[], view: AppView) => Kept | Other | null;
  /** As a person says it. */
  text: (kept: Kept) => string;
  survivesBoot: (kept: Kept, facts: BootFacts, path: string | null) => Boot;
  /** Belay never acts through it: `refuses` says so. */
  isUntouched?: true;
  /** Where it is one that belay must not or cannot act through, or stop: reports that. */
  refuses?: (kept: Kept, group: ProcessGroup, view: AppView, find: Finder) => boolean;
  /** Whether its own text names the app's folder. */
  namesApp?: (kept: Kept, view: AppView) => boolean;
  /** Whether the group is the keeper itself, which keeps other apps too. */
  isItself?: (kept: Kept, group: ProcessGroup) => boolean;
  /** What it is acted through. */
  keepers: (kept: Kept) => readonly Keeper[];
  /** All that stops with it, what would start it again first; reports what a rollback could not bring back. */
  stops: (kept: Kept, group: ProcessGroup, about: About, find: Finder) => readonly Stop[];
  /** Whom the app runs as, where that is not whom its uppermost process runs as. */
  user?: (kept: Kept, group: ProcessGroup) => string | undefined;
  /** What else of it is restarted along with what serves. */
  alike?: (app: AppOnHost, facts: Facts, stops: readonly Stop[]) => readonly Stop[];
}

/** How something is stopped for good, through what keeps it. */
export interface StopKind<Through extends Keeper> {
  /** As the plan says it, before its label. @param isActive whether it runs, or is in force */
  ends: (isActive: boolean) => string;
  /** As the plan says it behind its label, with a comma before it. */
  also?: string;
  /** The kind of scripts/lib/stop-<kind>.sh where it goes on keeping the app: nothing of it is changed then. */
  staying?: string;
  /** By what names it may be told to start again. */
  names?: (keeper: Through) => readonly string[];
  /** What the host is told of it, by the names that keep_<kind> reads; its own fields unless said. */
  told?: (keeper: Through) => Readonly<Record<string, string | number | undefined>>;
}

/** For a kind that belay does not act through. */
export const untouched = { isUntouched: true, keepers: () => [], stops: () => [] } as const;
