import type { App, AppOnHost } from '../../app/app.js';
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
  /** Nothing keeps it, somebody started it. */
  isByHand?: true;
  /** Whether it comes back after a reboot is told of its daemon, for all that it keeps. */
  isToldOfDaemon?: true;
  /** The name of the app, where belay itself made it for that. */
  appOf?: (kept: Kept) => string | undefined;
  /** By what key of belay.yml, and what value, it goes on keeping the app at that path; null where it cannot. */
  named: (
    kept: Kept,
    facts: Facts,
    path: string,
  ) => { key: 'unit' | 'program' | 'entry'; value: string } | null;
  /** The command by which it starts the app, where it says more than the process does. */
  command?: (kept: Kept) => { argv: string[]; cwd: string } | undefined;
  /** That as one text, without its quotes, for where the process does not say it. */
  commandText?: (kept: Kept) => string;
  /** Whether its own text names the app's folder. */
  namesApp?: (kept: Kept, view: AppView) => boolean;
  /** Whether the group is the keeper itself, which keeps other apps too. */
  isItself?: (kept: Kept, group: ProcessGroup) => boolean;
  /** What it is acted through. */
  keepers: (kept: Kept) => readonly Keeper[];
  /** All that stops with it, what would start it again first; reports what a rollback could not bring back. */
  stops: (kept: Kept, group: ProcessGroup, about: About, find: Finder) => readonly Stop[];
  /** Whom the app runs as, where that is not whom its uppermost process runs as. */
  user?: (kept: Kept, root: ProcessFacts) => string | undefined;
  /** What else of it is restarted along with what serves. */
  alike?: (app: AppOnHost, facts: Facts, stops: readonly Stop[]) => readonly Stop[];
}

/** How something that serves goes on keeping the app, under the name that belay.yml could give. */
export interface GoesOn {
  /** The same for all that serves together, if it is to go on by one name. */
  key: string;
  setting: { unit: string } | { program: string } | { entry: string };
  /** Why it cannot go on, and where that is seen; undefined where it can. @param user as whom it runs the app */
  hindered: (facts: Facts, app: App, user: string | null) => { why: string; evidence?: string } | undefined;
}

/** A keeper that a host has, and the texts that say what it runs. */
export interface OnHost {
  keeper: Keeper;
  texts: readonly string[];
}

/** What the host is told of a keeper that stays, of which nothing is changed. */
export interface Staying {
  /** The kind of scripts/lib/stop-<kind>.sh. */
  kind: string;
  /** What that is told besides. */
  told?: (stays: NonNullable<Stop['stays']>) => Readonly<Record<string, string>>;
}

/** How something is stopped for good, through what keeps it. */
export interface StopKind<Through extends Keeper> {
  /** Whether it would keep an app running: a process alone does not, nor what only starts something. */
  keeps: (keeper: Through) => boolean;
  /** Whether what is active of it runs; else it is in force, and starts something at its time. */
  runs: boolean;
  /** Whether something could start it again that belay stopped. */
  comesBack: boolean;
  /** Once stopped, it stays in its keeper's list. */
  staysListed?: true;
  /** Whether it starts another of its kind, and comes before that. */
  triggers?: (keeper: Through) => boolean;
  /** All that a host has of it. */
  onHost: (facts: Facts) => readonly OnHost[];
  /** What it gives the process that belay's own keeper would not, in a line each. */
  gives: (keeper: Through, facts: Facts, held: Held) => readonly string[];
  /** How it goes on keeping the app, where it can. */
  goesOn?: (keeper: Through) => GoesOn | undefined;
  /** What of it the plan's digest is over; all of it unless said. */
  digested?: (keeper: Through) => unknown;
  /** As the plan says it, before its label. @param isActive whether it runs, or is in force */
  ends: (isActive: boolean) => string;
  /** As the plan says it behind its label, with a comma before it. */
  also?: string;
  staying?: Staying;
  /** Until when it is left running where it stays and waits, as the plan says it behind its label. */
  waits?: string;
  /** By what names it may be told to start again. */
  names?: (keeper: Through) => readonly string[];
  /** What the host is told of it, by the names that keep_<kind> reads; its own fields unless said. */
  told?: (keeper: Through) => Readonly<Record<string, string | number | undefined>>;
}

/** What of a keeper's settings is looked at. */
export interface Held {
  /** What a process itself shows of them was measured, and need not be told. */
  isMeasured: boolean;
  /** belay's own keeper is a unit. */
  byUnit: boolean;
}

/** For a kind that belay does not act through. */
export const untouched = {
  isUntouched: true,
  keepers: () => [],
  stops: () => [],
  named: () => null,
} as const;
