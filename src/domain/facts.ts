/** What inspection read off a host. Bounded: it travels through Temporal's history. */
export interface Facts {
  system: SystemFacts;
  /** Tool → absolute path, or null where it is absent. */
  tools: Record<string, string | null>;
  disk: { filesystem: string; availableBytes: number; availableInodes: number } | null;
  app: AppFacts;
  listeners: Listener[];
  /** Every process that listens on a TCP port or works in the app's folder; by pid. */
  processes: ProcessFacts[];
  /** null: no nginx on the host. */
  nginx: NginxFacts | null;
  pm2: Pm2Facts[];
  /** Whom the app may run as, where that matters: with `manager: pm2`. */
  users?: UserFacts[];
  /** Folders of the unix sockets that nginx proxies to. */
  socketFolders?: SocketFolder[];
  /** Every supervisord that runs, and may be asked. */
  supervisors?: SupervisorFacts[];
  /** null or undefined: no Docker that may be asked. */
  containers?: ContainerFacts[] | null;
  /** Those that nginx's configuration names. */
  certificates?: CertificateFacts[];
  cron: CronLine[];
  /** Jobs of at(1) that wait for their time. */
  at?: AtJob[];
  /** Of users' own service managers, those whose files name the app's path or port. */
  userUnits?: UserUnit[];
  units: UnitFacts[];
  /** Facts that could not be read, and why. */
  unreadable: { fact: string; why: string }[];
}

export interface SystemFacts {
  hostname: string;
  /** PRETTY_NAME of os-release(5). */
  os: string;
  kernel: string;
  /** Name of PID 1: `systemd`, `init` … */
  init: string;
  /** /proc/sys/kernel/random/boot_id */
  bootId: string;
  /** The host's clock, seconds since the epoch. */
  now: number;
  user: string;
  uid: number;
  /** Whether commands run as root: directly, or by `sudo -n`. */
  root: boolean;
  /** Its own addresses, those of the loopback left out; absent where they could not be read. */
  addresses?: string[];
  /** Clock ticks a second (getconf CLK_TCK). */
  clockTicks: number;
  memoryAvailableBytes: number;
  /** How far the host's clock is from that of the machine that asked, beyond what the asking took; positive: ahead. */
  skewSeconds?: number;
}

/** The app's path and what of belay's lies beside it. */
export interface AppFacts {
  kind: 'absent' | 'directory' | 'symlink' | 'mount' | 'other';
  /** Where a symlink leads. */
  target?: string;
  /** realpath of the app's path, or of its parent plus the name where it is absent. */
  realPath: string;
  parentWritable: boolean;
  /** User that owns the path. */
  owner?: string;
  /** The release that `path` leads to, where that is one of belay's. */
  active?: string;
  /** The release that served before the active one. */
  replaced?: string;
  releases: { release: string; outcome: string; digest?: string; when: string }[];
  fence: FenceFacts | null;
  /** Whether the user that belay.yml names exists; undefined where it names none. */
  userExists?: boolean;
  /** sha256, in hex, of the files by which the active release is started, where they could be read. */
  activeFiles?: { start?: string; environment?: string; unit?: string; entry?: string };
}

/** Who holds the host for this app (`<path>.belay/owner`). */
export interface FenceFacts {
  number: number;
  deployment: string;
  by: string;
  /** Seconds since the epoch, the host's clock. */
  since: number;
  /** Last time a change began or ended. */
  renewed: number;
  /** `held` between the first change and the deployment's end. */
  state: 'held' | 'free';
  /** Whether a change runs at this moment (the flock is taken). */
  running: boolean;
  recovered?: Recovered;
}

/** That a host put the old version back by itself, after a deployment that nobody went on with. */
export interface Recovered {
  /** Seconds since the epoch, the host's clock. */
  at: number;
  /** `the dead man's switch`, or `belay recover`. */
  by: string;
  /** What follows after `because`. */
  why: string;
}

export interface Listener {
  protocol: 'tcp' | 'unix';
  /** `127.0.0.1`, `0.0.0.0`, `::`, `*`; empty for a unix socket. */
  address: string;
  /** 0 for a unix socket. */
  port: number;
  /** A unix socket's path. */
  path?: string;
  pids: number[];
}

export interface ProcessFacts {
  pid: number;
  parent: number;
  /** Clock ticks after boot, field 22 of /proc/PID/stat: with the boot id, a process's identity. */
  startTicks: number;
  user: string;
  /** argv; empty where it cannot be read. */
  command: string[];
  cwd: string;
  /** Path of /proc/PID/cgroup's systemd hierarchy, `/system.slice/x.service`. */
  cgroup: string;
  /** BELAY_RELEASE in its environment, where that can be read. */
  release?: string;
  /** Another root than the host's, as in a container: its paths are not the host's. */
  contained?: true;
  /** In a survey, of a process that listens: the names of the variables that it was given, those of the system left out. */
  variables?: string[];
}

export interface NginxFacts {
  version: string;
  running: boolean;
  /** Whether files of the configuration are newer than the running master's last load. */
  changedSinceLoad: boolean;
  servers: NginxServer[];
  /** Why `nginx -T` failed, in nginx's words. */
  error?: string;
}

export interface NginxServer {
  names: string[];
  listens: { address: string; port: number; tls: boolean; default: boolean; proxyProtocol?: true }[];
  locations: NginxLocation[];
  root?: string;
  certificate?: string;
  /** Files in which requests are logged, absolute; inherited ones too. */
  accessLogs?: string[];
  /** `file:line` of `server {`. */
  where: string;
}

export interface NginxLocation {
  modifier: '' | '=' | '~' | '~*' | '^~' | '@';
  pattern: string;
  /** Every address that proxy_pass, uwsgi_pass or fastcgi_pass leads to, upstreams and `try_files … @name` resolved. */
  backends: NginxBackend[];
  /** The folder that files are served from, inherited or an alias; undefined where none are (it proxies or returns). */
  root?: string;
  /** Where the server's do not hold: the files in which its requests are logged. */
  accessLogs?: string[];
  /** Index, in the server's list, of the location that this one stands in. */
  inside?: number;
  /** `file:line` of the directive that names the backend, else of `location`. */
  where: string;
}

export type NginxBackend =
  | { kind: 'tcp'; address: string; port: number }
  | { kind: 'unix'; path: string }
  | { kind: 'unresolvable'; text: string };

/** A user whose pm2 daemon may have to be started. */
export interface UserFacts {
  user: string;
  home: string;
  /** Whether that user may make or write ~/.pm2; undefined where that could not be tried. */
  mayHavePm2?: boolean;
}

export interface SocketFolder {
  path: string;
  /** undefined: there is no such folder. */
  owner?: string;
  /** Who of those whom the app may run as may make a socket in it. */
  writers: string[];
  /** Whether systemd-tmpfiles makes it at boot. */
  tmpfiles: boolean;
}

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
}

export interface ContainerFacts {
  name: string;
  image: string;
  status: string;
  /** As docker ps has it: `0.0.0.0:8080->80/tcp, [::]:8080->80/tcp`. */
  ports: string;
}

/** A certificate that nginx's configuration names. */
export interface CertificateFacts {
  file: string;
  /** Seconds since the epoch; null where it could not be read, and `error` says why. */
  expires: number | null;
  names: string[];
  error?: string;
}

export interface AtJob {
  job: number;
  /** Seconds since the epoch. */
  when: number;
  user: string;
  folder: string;
  command: string;
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
}

export interface CronLine {
  /** `crontab:<user>`, or the path of a file such as /etc/cron.d/words. */
  source: string;
  /** 1-based. */
  line: number;
  /** The whole line, as it stands there, but for what looks like a secret. */
  text: string;
  command: string;
  /** Of a line about the app that holds a secret: the first 8 hex digits of the SHA-256 of the whole line. */
  digest?: string;
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
  /** Timers, sockets and paths that start it. */
  triggeredBy?: string[];
  /** In a survey: running, dead, failed, auto-restart … */
  state?: string;
  /** In a survey: how often systemd has started it again by itself. */
  restarts?: number;
  /** In a survey: what its author says it is. */
  description?: string;
  /** In a survey: its EnvironmentFile=. */
  environmentFiles?: string[];
}
