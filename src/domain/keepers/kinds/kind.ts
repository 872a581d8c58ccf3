import type { AppOnHost } from '../../app/app.js';
import type { Facts } from '../../facts/facts.js';
import type { Keeper, KeeperSeen } from '../keeper.js';

/** What is to keep the releases of an app: a keeper of belay's own making, or one that somebody else made. */
export type KeeperKind = NonNullable<AppOnHost['manager']> | 'unit' | 'program' | 'entry';

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
  /** What the host shows of it; or a sentence that says what is missing. */
  seen: (facts: Facts) => KeeperSeen | string;
  /** Whether something that runs now is kept by it. */
  keeps: (keeper: Keeper) => boolean;
}

/** @param seen what is known of it on the host */
export type DescribesKeeper = (app: AppOnHost, seen: KeeperSeen) => ReleaseKeeper;
