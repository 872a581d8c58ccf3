import type { Channel } from './channels.js';
import type { AppKind } from './kind.js';
import type { OwnKeeper } from './keeper.js';
import type { BrowserPage, Page } from './page.js';

/** One environment of a belay.yml, every default filled in. It travels in a workflow's input, so it holds no secret. */
export interface App {
  /** Lower-case letters, digits and dashes; names the unit `belay-<name>.service`. */
  name: string;
  /** `production` unless belay.yml has `environments`. */
  environment: string;
  /** Absolute path on the host where the app lives; becomes a symlink to the active release. */
  path: string;
  /** The user the app runs as; undefined: whoever runs it now. */
  user?: string;
  /** `files`: nothing of it runs, nginx serves its files; undefined: a process. */
  kind?: AppKind;
  /** The start command, with `{bind}` or `{port}` where the discovered address goes; with `unit`, how it is rehearsed, or empty. */
  run: string;
  /** A keeper of belay's own; undefined: what keeps the app now, else a unit of belay's own. */
  manager?: OwnKeeper;
  /** Somebody's own system unit that goes on keeping the app; `manager` then says nothing. */
  unit?: string;
  /** The same of supervisord: a program, or a group of them, as supervisorctl names it. */
  program?: string;
  /** The same of pm2: all entries of that name in one daemon. */
  entry?: string;
  /** `auto`: what nginx proxies to for this app; a number is checked against nginx. */
  port: 'auto' | number;
  /** `server_name`, optionally with a location (`words.example.test/tools`), where nginx has several. */
  site?: string;
  env: Record<string, string>;
  /** A file of variables that stays on the host: absolute, or relative to the release. */
  envFile?: string;
  build: string[];
  checks: { local: string[]; host: string[] };
  hooks: { release: string[]; before: string[]; after: string[] };
  /** Paths relative to the app's that live once beside the releases and are linked into each. */
  shared: string[];
  /** Folders of the release in which the files of the one before stay, for pages that visitors still have open. */
  assets?: string[];
  /** Host-only paths that may stay behind in the adopted directory. */
  discard: string[];
  /** What a plan would stop and is to go on, by its label or the beginning of it. */
  leave?: string[];
  /** Accepted warnings: finding id → reason. */
  acknowledge: Record<string, string>;
  rehearse: boolean;
  /** How visitors come from the old release to the new one; `auto`: as costs them least. undefined: `restart`. */
  strategy?: 'auto' | 'restart' | 'detour';
  /** Whether two versions may serve at the same time. */
  detour?: boolean;
  /** So long may requests that are under way go on, before what answers them is stopped. */
  drainSeconds?: number;
  /** A page of the release that nginx shows from before the release hook until proof. */
  maintenance?: string;
  verify: Verify;
  soakSeconds: number;
  /** How long the app may take until its first good answer; undefined: a minute until it listens, then 20 s. */
  readySeconds?: number;
  /** After so many seconds without a word from its deployment the host puts the old version back; 0 or undefined: never. */
  deadmanSeconds?: number;
  approval: 'required' | 'automatic';
  /** How many releases stay on the host, the active one included. */
  keep: number;
  /** Who is notified of what; undefined: nobody. */
  notify?: Channel[];
}

/** What has to be so before a deployment counts as done. */
export interface Verify {
  /** Paths asked of the app itself, on the host. */
  internal: (string | Page)[];
  /** URLs asked as a visitor would. */
  external: (string | Page)[];
  /** Regular expressions: a line of the log since the start that matches one is a failure. */
  log?: string[];
  /** Run in the active release, on the host. */
  commands?: string[];
  /** Good answers in a row that a page needs; 3. */
  answers?: number;
  /** Opened in a real browser, where the worker runs. */
  browser?: BrowserPage[];
}

/**
 * How the worker reaches a host. References only: keys and passwords are found by the worker itself.
 * The last three exist for hosts that DNS and ~/.ssh/config do not know, such as sandbox servers.
 */
export interface Reach {
  /** The host's name, as in ~/.ssh/config. */
  alias: string;
  /** Absolute path of an OpenSSH client configuration used instead of ~/.ssh/config (`ssh -F`). */
  sshConfig?: string;
  /** Name → address, for external verification only (as curl's --resolve). */
  resolve?: Record<string, string>;
  /** Absolute path of a PEM file with certificate authorities trusted besides the system's. */
  caFile?: string;
}

/** What every activity needs to know: which app, on which host, for which deployment. */
export interface Target {
  app: App;
  reach: Reach;
  /** The deployment's identity: `<workflow id>@<run id>`. */
  deployment: string;
  /** Who started it: `user@machine`. */
  startedBy: string;
  /** The release this deployment brings, or goes back to. */
  release: string;
}

/** By what an app is known on a host: what is its own, and what would be a second copy of it. */
export type AppOnHost = Pick<
  App,
  | 'name'
  | 'environment'
  | 'manager'
  | 'unit'
  | 'program'
  | 'entry'
  | 'kind'
  | 'path'
  | 'run'
  | 'leave'
  | 'strategy'
  | 'detour'
> &
  Partial<Pick<App, 'shared'>>;
