export interface Pm2Facts {
  /** Whose daemon. */
  user: string;
  /** PM2_HOME */
  home: string;
  /** The daemon's pid; pm2 is never started by looking. */
  daemonPid: number;
  /** How pm2 is called: absolute path. */
  command: string;
  entries: Pm2Entry[];
  /** Whether the saved dump names the same entries with the same states as the daemon. */
  dumpMatches: boolean;
}

export interface Pm2Entry {
  id: number;
  name: string;
  status: string;
  pid: number;
  script: string;
  args: string[];
  cwd: string;
  mode: 'fork' | 'cluster';
  restarts: number;
  cronRestart?: string;
  /** PORT in its environment, nothing else of it. */
  port?: string;
  /** When it was last started, seconds since the epoch. */
  startedAt?: number;
  /** Whether pm2's dump, from which it starts after a reboot, has it too. */
  saved?: boolean;
  /** The files of its output. */
  logs?: string[];
  /** pm2's own settings that it was given, as `<name> <value>` each: `max_memory_restart 314572800`. */
  settings?: string[];
}

export interface SupervisorFacts {
  pid: number;
  /** Absolute path of its configuration. */
  config: string;
  /** supervisorctl: absolute path. */
  command: string;
  programs: SupervisorProgram[];
}

export interface SupervisorProgram {
  /** As supervisorctl knows it: `words`, or `web:words_00`. */
  name: string;
  /** RUNNING, STOPPED, BACKOFF … */
  state: string;
  /** 0 where it does not run. */
  pid: number;
  command: string;
  directory: string;
  /** Whether supervisord starts it when it starts itself. */
  atBoot: boolean;
  /** The one file that has its section; undefined where that cannot be told. */
  file?: string;
  /** `program:words` */
  section?: string;
  /** What its section says of how it is run, as `<name> <value>` each: `stopsignal QUIT`. */
  settings?: string[];
}

/** What a keeper would start that it does not run now, or that does not run itself. */
export interface Sleeper {
  keeper: 'pm2' | 'supervisor';
  /** Where it stands: pm2's saved list, or a file of supervisord's configuration. */
  file: string;
  /** Whose pm2; of supervisord nothing. */
  user?: string;
  name: string;
  command: string[];
  directory: string;
  /** PORT in its environment, nothing else of it. */
  port?: string;
  /** Of supervisord: the enabled units and links of the boot that start it. */
  startedBy?: string[];
}

export interface ContainerFacts {
  name: string;
  image: string;
  status: string;
  /** As docker ps has it: `0.0.0.0:8080->80/tcp, [::]:8080->80/tcp`. */
  ports: string;
}

export interface UnitFacts {
  unit: string;
  /** active, inactive, failed, activating … */
  active: string;
  /** enabled, disabled, static, masked … */
  enabled: string;
  restart: string;
  mainPid: number;
  fragmentPath: string;
  execStart: string;
  workingDirectory: string;
  user: string;
  /** simple, forking, oneshot … */
  type?: string;
  /** `process`: stopping the unit ends its main process alone; what else runs in its cgroup is not its own. */
  killMode?: string;
  /** PORT in its Environment=, nothing else of it. */
  port?: string;
  /** Of a timer: commands that what it starts runs, where one of them starts a keeper by its name, or is about the app. */
  runs?: { command: string; folder?: string }[];
  /** Timers, sockets and paths that start it. */
  triggeredBy?: string[];
  /** What its own files set, by name: `LimitNOFILE`. */
  settings?: string[];
  /** Drop-ins of its own: files that change it, and no other unit. */
  dropIns?: string[];
  /** Where its own hardening closes the file system to it: what it may write (under ProtectSystem=strict), what is hidden, what of that is shown. */
  confined?: { strict: boolean; writable: string[]; hidden: string[]; shown: string[] };
  /** What its processes take now, the cache of what they read included. */
  memoryBytes?: number;
  /** Its files were changed since systemd loaded them. */
  isStale?: true;
  /** Lines of its own files that name a folder of belay's beside the app's path: `FILE:LINE: TEXT`. */
  releaseLines?: string[];
  /** Addresses that nginx or belay.yml names, and where its own files name them: `its command`, `a variable`. */
  addresses?: { at: string; where: string }[];
  /** What a socket unit listens on, as `127.0.0.1:9999` or a path. */
  listens?: string[];
  /** In a survey: running, dead, failed, auto-restart … */
  state?: string;
  /** In a survey: how often systemd has started it again by itself. */
  restarts?: number;
  /** In a survey: what its author says it is. */
  description?: string;
  /** Its EnvironmentFile=. */
  environmentFiles?: string[];
}

export interface UserUnit {
  unit: string;
  user: string;
  file: string;
  /** Starts with its user's service manager. */
  enabled: boolean;
  /** That manager starts at boot, not only with the user's login. */
  lingers: boolean;
  execStart: string;
  workingDirectory: string;
  /** What starts it beside the boot: a timer, a path or a socket, by name. */
  triggers?: string[];
}

export interface CronLine {
  /** `crontab:<user>`, or the path of a file such as /etc/cron.d/words, or of a script that the boot or cron runs. */
  source: string;
  /** 1-based. */
  line: number;
  /** The whole line, as it stands there, but for what looks like a secret. */
  text: string;
  command: string;
  /** Of a shell script that the boot or cron runs. */
  script?: true;
  /** Of a script's line: the folder that it went to before. */
  folder?: string;
  /** Lines of a script that it runs, where they are about the app: its commands, and the folder that it went to before each. */
  runs?: { command: string; folder?: string }[];
  /** Of a line about the app that holds a secret: the first 8 hex digits of the SHA-256 of the whole line. */
  digest?: string;
}

export interface AtJob {
  job: number;
  /** Seconds since the epoch. */
  when: number;
  user: string;
  folder: string;
  command: string;
}
