import type { AppOnHost } from '../../app/app.js';
import type { Facts } from '../../facts/facts.js';
import type { Finder } from '../../findings/finder.js';
import type { Keeper } from '../../app/keeper.js';
import type { KeeperSeen, Stop } from '../keeper.js';

/** What is to keep the releases of an app: a keeper of belay's own making, or one that somebody else made. */
export type KeeperKind = NonNullable<AppOnHost['manager']> | 'unit' | 'program' | 'entry' | 'files';

/** What the domain knows of the keeper of an app's releases, whatever its kind. */
export interface ReleaseKeeper {
  kind: KeeperKind;
  /** As the host knows it: `belay-words.service`, `belay-words`. */
  name: string;
  /** As a person says it. */
  label: string;
  /** What the last step does for it, as the plan says it. */
  commit: string;
  /** Whether belay makes it, so that nobody else may have something of that name. */
  isMade: boolean;
  /** Whether only root can act through it; else its own user can, too. */
  needsRoot: boolean;
  /** Why that is so. @param user as whom the app runs */
  rootText: (user: string) => string;
  /** Whether systemd has to run the host. */
  needsSystemd: boolean;
  /** Whether it hands a release's environment over, so that the start script need not read it. */
  givesEnvironment: boolean;
  /** Whether it makes a folder in /run for the app's socket. */
  makesRuntimeFolder?: true;
  /** What it gives a rehearsal is what it will give the release, so that it can be held against what serves. */
  isMeasured?: true;
  /** In a detour a transient unit that runs as what serves does stands in for it. */
  standsIn?: true;
  /** What a look at the host reads for it besides. */
  looksFor?: LooksFor;
  /** What of it is decided on the host. @param user as whom the app will run */
  chosen?: (facts: Facts, user: string, stops: readonly Stop[]) => KeeperSeen;
  /** Reports what stands in its way on the host, or will not be there after a reboot. */
  findings?: (facts: Facts, user: string, find: Finder) => void;
  /** What the host shows of it; or a sentence that says what is missing. */
  seen: (facts: Facts) => KeeperSeen | string;
  /** Whether something that runs now is kept by it. */
  keeps: (keeper: Keeper) => boolean;
}

export interface LooksFor {
  /** The command, as a unit's file has it, that starts it at boot. */
  startedBy: string;
  /** The folder in a user's home where it keeps what it knows. */
  homeFolder: string;
}

/** @param seen what is known of it on the host */
export type DescribesKeeper = (app: AppOnHost, seen: KeeperSeen) => ReleaseKeeper;
