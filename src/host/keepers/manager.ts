import type { Fields } from '../fields.js';
import type { Launch } from './launch.js';

/** A process that holds a listener at the app's address. */
export interface Holder {
  pid: number;
  /** Clock ticks after boot. */
  startTicks: number;
  /** Its parent, the parent's parent, and so on, as far as they are known. */
  ancestors: number[];
  inode: string;
  cgroup: string;
  cwd: string;
  /** That folder, or one above it, is the release's tree itself, by device and inode. */
  isInTree?: true;
  /** BELAY_RELEASE, where it can be read. */
  release?: string;
}

/** What a keeper says of the release: lines `keeper NAME=VALUE` of prove-process.sh, by name. */
export type Said = Readonly<Record<string, string>>;

/** What that means for the proof. */
export interface ManagerState {
  /** What speaks against it, one sentence each. */
  faults: string[];
  /** It ended, or ended and was started again: waiting for it is of no use. */
  fallen: boolean;
  /** It has not said yet that it is ready, as a service of Type=notify does, although something listens already. */
  starting?: true;
  /** How often it was started again since the deployment started it. */
  restarts: number;
  /** Clock ticks after boot: no process of the release is older. */
  earliestTicks: number;
}

/**
 * Where its output goes: systemd's journal, or a file, from the byte on whose number another file holds. Names that begin
 * with no slash are within belay's own folder for the app. `none`: it cannot be read, and why.
 */
export type LogPlace =
  | { kind: 'journal'; unit: string }
  | { kind: 'file'; file: string; from: string }
  | { kind: 'none'; why: string };

/**
 * What scripts/lib/keeper.sh reads of a keeper, and what a release's record says of it in `keeper`. Which of the optional ones a kind
 * has, scripts/lib/keeper-<kind>.sh says.
 */
export interface KeeperFields extends Fields {
  kind: string;
  name: string;
  /** As a person says it. */
  label: string;
  /** The file of a release's record that says how it is started by this kind. */
  definition?: keyof Started | 'keeper';
  /** Whom the release runs as, where the keeper itself has to know. */
  user?: string;
}

/** What keeps a release running: a unit of systemd, an entry of pm2, or, while it is rehearsed, a bare process. */
export interface Manager {
  /** As a person says it: `belay-words.service`, `pm2 entry belay-words of deploy`. */
  label: string;
  /** By which the host's scripts know it. */
  keeper: KeeperFields;
  log: LogPlace;
  /** @param ticks clock ticks a second */
  stateOf(said: Said, ticks: number): ManagerState;
  /** Whether a process that listens is one of its own. */
  keeps(holder: Holder, said: Said): boolean;
  /** Whether belay's own start script started it, so that it carries BELAY_RELEASE. */
  isMade: boolean;
  /** Whether a process listens on its behalf, as systemd does for a socket unit. */
  lends?: (holder: Holder) => boolean;
  /**
   * Whether a process listens and hands connections on to its processes, which listen nowhere, as pm2's daemon does for a
   * cluster: `stateOf` then judges these.
   */
  handsOn?: (holder: Holder, said: Said) => boolean;
  /** Its processes do not work in the release: that they do in no other is all that their folder can tell. */
  worksElsewhere?: true;
}

/** The files of a release's record that say how it is started, by name, with their texts. */
export type Started = Partial<Record<'start' | 'environment' | 'unit' | 'entry', string>>;

/** One that can keep a release for good. */
export interface ReleaseManager extends Manager {
  /** What goes into the release's record, in the order in which the host reads it: manager-<kind>.sh. */
  started(launch: Launch): Started;
  /** What runs a rehearsal of that name, and the folder where that may make a socket. */
  rehearsal(name: string): { manager: Manager; folder: string };
  /** The same of what visitors are led to meanwhile, where that is another than a rehearsal. */
  beside?: (name: string) => { manager: Manager; folder: string };
  /** How a person looks after the release once belay is gone. */
  look: string;
}
