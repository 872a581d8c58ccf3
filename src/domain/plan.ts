import type { Finding } from './finding.js';

/** The address that nginx (or belay.yml) gives the app. */
export type Bind =
  | { kind: 'port'; port: number; from: string }
  | {
      kind: 'socket';
      path: string;
      from: string;
      /** Name of the folder in /run that the new release's unit makes for it (systemd's RuntimeDirectory=). */
      runtime?: string;
    };

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

/** nginx before the app, as its configuration has it: where it takes requests for the app, and where it logs them. */
export interface Front {
  /** Where nginx on the host itself is asked for a site. */
  gates: Gate[];
  /** URLs that belay.yml does not name, but that lead to its internal paths. */
  urls: string[];
  /** Files in which nginx logs what visitors ask of the app. */
  accessLogs: AccessLog[];
}

export interface Gate {
  /** The host name in a visitor's request. */
  name: string;
  address: string;
  port: number;
  tls: boolean;
}

export interface AccessLog {
  file: string;
  /** Requests that go elsewhere are logged there too, so what it shows need not be the app's. */
  shared: boolean;
}

/** A process's identity on one host: a pid alone may have been given to another since. */
export interface ProcessId {
  pid: number;
  startTicks: number;
  bootId: string;
}

/** What would restart a process, and through which it is stopped and started. */
export type Keeper =
  | { kind: 'unit'; unit: string }
  | { kind: 'pm2'; user: string; home: string; command: string; id: number; name: string }
  | { kind: 'supervisor'; config: string; command: string; name: string; file: string; section: string }
  | {
      kind: 'cron';
      source: string;
      line: number;
      /** Without what looks like a secret; then `digest` is the beginning of the whole line's SHA-256. */
      text: string;
      digest?: string;
    }
  | { kind: 'none'; process: ProcessId };

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
  /** A unit's enablement before. */
  enabled?: boolean;
}

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
  /** What becomes of it. `dependencies`: a venv or node_modules, kept in deps/. */
  fate: 'shared' | 'discarded' | 'dependencies' | 'uncovered';
}

/** What the site answered before anything was changed: a rollback is judged against it. */
export interface Baseline {
  url: string;
  /** HTTP status; null: no answer. */
  status: number | null;
  error?: string;
  /** When its certificate ends, ISO 8601. */
  certificateUntil?: string;
  /** The addresses of its name, where none of them is the host's. */
  elsewhere?: string[];
}

/** What the deployment goes back to. */
export type Previous =
  { kind: 'release'; release: string } | { kind: 'adopt'; release: string } | { kind: 'none' };

/** Facts + findings + file changes + actions: what a person approves. */
export interface Plan {
  /** 64 hex digits; over a named projection (plan-digest.ts), not over this object. */
  digest: string;
  host: string;
  release: string;
  artifact: string;
  /** Nothing would change: the same artifact and configuration already serve. */
  unchanged: boolean;
  /** null only where a finding blocks. */
  bind: Bind | null;
  /** nginx before the app; absent where there is none. */
  front?: Front;
  /** The user the app will run as. */
  user: string;
  /** With `manager: pm2`; absent where a finding blocks. */
  pm2?: Pm2Home;
  /** The host cannot have the dead man's switch that belay.yml asks for; a finding says why. */
  unarmed?: true;
  previous: Previous;
  stops: Stop[];
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
