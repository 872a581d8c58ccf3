import type { Bind } from '../app/address.js';
import { isSameKeeper, type Keeper } from '../app/keeper.js';
import type { KeptBefore } from '../facts/facts.js';

/** The pm2 daemon that keeps the new release. */
export interface Pm2Home {
  /** Whose, and whom the app runs as. */
  user: string;
  /** PM2_HOME */
  home: string;
  /** How pm2 is called: absolute path. */
  command: string;
  /** Whether it runs; else starting the release starts it. */
  runs: boolean;
}

/** Somebody's own system unit, of which belay changes no file, that keeps the new release. */
export interface OwnUnit {
  unit: string;
  /** The socket unit that holds the app's address for it: requests wait there while the service is restarted. */
  socket?: string;
  /** It names the app's path, but does not work there: its processes' folder then says nothing of the release. */
  elsewhere?: true;
  /** It is rehearsed by its own command, although belay.yml has a `run`: nobody wrote that for it. */
  byItself?: true;
}

/** Somebody's own entry of pm2's, all instances of it, of which belay changes nothing, nor of pm2's dump. */
export interface OwnEntry {
  entry: string;
  /** Whose daemon. */
  user: string;
  /** PM2_HOME */
  home: string;
  /** How pm2 is called: absolute path. */
  command: string;
  /** In cluster mode the daemon itself listens for its instances. */
  mode: 'fork' | 'cluster';
  /** pm2 restarts its instances one after another, while the others serve. */
  reloads?: true;
  /** It runs a script of the app's, but does not work in its folder. */
  elsewhere?: true;
  /** It is rehearsed by its own command, although belay.yml has a `run`, or has none. */
  byItself?: true;
}

/** Somebody's own program of supervisord's, or a group of them, of whose sections belay changes nothing. */
export interface OwnProgram {
  /** As supervisorctl names it: `words`, `web:words_00`, or a group. */
  program: string;
  /** Absolute path of supervisord's configuration. */
  config: string;
  /** supervisorctl: absolute path. */
  command: string;
  /** It is rehearsed by its own command, although belay.yml has a `run`, or has none. */
  byItself?: true;
}

/** What is known of the host about the keeper of the new release, by its kind. */
export interface KeeperSeen {
  /** With `manager: pm2`. */
  pm2?: Pm2Home;
  /** With `unit`, or where that is what keeps the app and belay.yml names no keeper. */
  unit?: OwnUnit;
  /** The same of `program`. */
  program?: OwnProgram;
  /** The same of `entry`. */
  entry?: OwnEntry;
  /** Where one goes back to what was adopted, and belay's own keeper took its place. */
  before?: KeptBefore;
}

/** Something that runs, or could come to run, and touches this app's port or path. */
export interface Stop {
  /** `app`: what serves now. `conflict`: anything else on the app's port or path. */
  role: 'app' | 'conflict';
  keeper: Keeper;
  /** As a person says it: `pm2 entry words (id 0) of root`. */
  label: string;
  why: string;
  /** Whether it was running (a unit, an entry, a process) or in force (a cron line). */
  active: boolean;
  /** Where what serves now listens. */
  at?: Bind;
  /** A unit's enablement before. */
  enabled?: boolean;
  /**
   * It keeps the new release as well, and nothing of it is changed: `stops`, it is stopped and started; `waits`, a unit whose
   * socket unit holds its address, so that it is restarted at once, or a cluster of pm2's, which is reloaded.
   */
  stays?: 'stops' | 'waits';
  /** It starts, by its name, a keeper that stays, and nothing else: it is put off meanwhile, and in force again once the release serves. */
  resumes?: true;
}

/** Whether it is among what stops. */
export function isAmong(stops: readonly Stop[], keeper: Keeper): boolean {
  return stops.some((stop) => isSameKeeper(stop.keeper, keeper));
}
