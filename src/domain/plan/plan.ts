import type { Bind } from '../app/address.js';
import type { Baseline } from '../app/baseline.js';
import type { Front } from '../nginx/gates/gates.js';
import type { KeeperSeen, Stop } from '../keepers/keeper.js';
import type { Served } from '../nginx/served/served.js';
import type { Strategy } from './strategy.js';
import type { Finding } from '../findings/finding.js';

export interface FileChange {
  path: string;
  size: number;
}

/** Files of the new release against those that are live. Lists are cut at 200; counts and bytes are whole. */
export interface FileChanges {
  added: FileChange[];
  changed: FileChange[];
  removed: FileChange[];
  addedCount: number;
  changedCount: number;
  removedCount: number;
  total: number;
  totalBytes: number;
  /** What travels: files whose content the host does not have. */
  upload: { files: number; bytes: number };
}

/** A file that exists only on the host. */
export interface HostOnlyFile {
  /** Relative to the app's path; a folder that is wholly the host's ends with a slash. */
  path: string;
  size: number;
  /** Seconds since the epoch. */
  modified: number;
  /** What becomes of it. `dependencies`: a venv or node_modules, kept in deps/; `carried`: assets, copied into the next release alone. */
  fate: 'shared' | 'discarded' | 'dependencies' | 'carried' | 'uncovered';
}

/** What the deployment goes back to. */
export type Previous =
  { kind: 'release'; release: string } | { kind: 'adopt'; release: string } | { kind: 'none' };

/** Facts + findings + file changes + actions: what a person approves. */
export interface Plan extends KeeperSeen {
  /** 64 hex digits; over a named projection (digest.ts), not over this object. */
  digest: string;
  host: string;
  release: string;
  artifact: string;
  /** Nothing would change: the same artifact and configuration already serve. */
  unchanged: boolean;
  /** null where a finding blocks, and of files alone, which `served` tells of. */
  bind: Bind | null;
  /** How nginx serves the files of an app of which nothing runs; absent where a finding blocks, and of all other apps. */
  served?: Served;
  /** nginx before the app; absent where there is none. */
  front?: Front;
  /** The user the app will run as. */
  user: string;
  /** The host cannot have the dead man's switch that belay.yml asks for; a finding says why. */
  unarmed?: true;
  /** Why the release is not rehearsed, although belay.yml asks for it; a finding says so. */
  unrehearsed?: string;
  previous: Previous;
  /** The path becomes a plain folder again, and what belay keeps on the host goes. */
  ejects?: true;
  /** How visitors come to the new release; absent in plans of an earlier belay, which restarts. */
  strategy?: Strategy;
  /** The page that visitors are shown from before the release hook until proof. */
  maintenance?: string;
  stops: Stop[];
  /** Of the source since the active release, the newest first; absent where that is not known. */
  commits?: string[];
  files: FileChanges;
  hostOnly: HostOnlyFile[];
  baseline: Baseline[];
  /** The steps that change the host, each as one sentence. */
  actions: string[];
  findings: Finding[];
  /** The fence's number at inspection: a claim that finds another one means that somebody acted since. */
  fenceNumber: number;
  bootId: string;
}
