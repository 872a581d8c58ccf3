import type {
  AtJob,
  ContainerFacts,
  CronLine,
  Pm2Facts,
  Sleeper,
  SupervisorFacts,
  UnitFacts,
  UserUnit,
} from './keepers.js';
import type { Doubt } from './doubts.js';
import type { CertificateFacts, NginxFacts, SocketFolder } from './nginx.js';

export type * from './doubts.js';
export type * from './keepers.js';
export type * from './nginx.js';

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
  /** Of what keepers would start, what is about the app; absent where there is no such thing. */
  sleepers?: Sleeper[];
  units: UnitFacts[];
  /** What is not believed; absent where there is no such thing. */
  doubts?: Doubt[];
  /** Lists that were cut, and why: what depends on them is unknown. Absent where there is none. */
  incomplete?: { fact: CutList; why: string }[];
  /** Facts that could not be read, and why. */
  unreadable: { fact: string; why: string }[];
}

/** A list of facts that can be cut. */
export type CutList = 'listeners' | 'processes' | 'units' | 'cron' | 'at' | 'pm2' | 'supervisor';

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
  /** SELinux is enforced. */
  selinux?: true;
  /** Clock ticks a second (getconf CLK_TCK). */
  clockTicks: number;
  /** Of a page of memory (getconf PAGESIZE). */
  pageBytes?: number;
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
  releases: {
    release: string;
    outcome: string;
    digest?: string;
    /** Of the source it was packed from. */
    commit?: string;
    when: string;
    before?: KeptBefore;
  }[];
  fence: FenceFacts | null;
  /** Where belay keeps its own for the path on the host; absent in what an earlier belay recorded. */
  state?: StateFacts;
  /** Whether the user that belay.yml names exists; undefined where it names none. */
  userExists?: boolean;
  /** sha256, in hex, of the files by which the active release is started, where they could be read. */
  activeFiles?: { start?: string; environment?: string; unit?: string; entry?: string; keeper?: string };
}

/** What kept an adopted version before belay, as a backup on the host says. */
export interface KeptBefore {
  /** Of the backup. */
  number: number;
  /** Of what was stopped then, as a person says it. */
  labels: string[];
}

/** belay's own folder on the host for a path: who holds it, journal, backups, records. */
export interface StateFacts {
  folder: string;
  /** Why it is not believed: what lies there is not root's alone or makes no sense, or a newer belay wrote it. */
  fault?: 'damaged' | 'newer';
  /** What was found, and what helps. */
  why?: string;
  /** The app that deployed there. */
  app?: string;
  /** Another path of the host to which the same app was deployed in the same environment. */
  namesake?: string;
}

/** Who holds the host for this app (`owner` in belay's own folder). */
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
  /** What it has in memory, field 24 of /proc/PID/stat; what it shares with others counted too. */
  residentPages?: number;
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
  /** Of a process that listens: the names of the variables that it was given, those of the system left out. */
  variables?: string[];
  /** It wrote its title over its variables: those told are what this unit says that it gives; true: no unit says. */
  overwritten?: true | string;
  /** Of a process that may be the app: what it was given otherwise than systemd gives it to a service of that user. */
  given?: GivenFacts[];
}

export interface GivenFacts {
  what:
    | 'limit'
    | 'umask'
    | 'group'
    | 'main-group'
    | 'locale'
    | 'capability'
    | 'scheduling'
    | 'hardening'
    | 'bound'
    | 'interpreter';
  /** `NOFILE`, a group, `LANG`, `CAP_NET_RAW`; of scheduling, hardening and bounds as systemd calls it: `Nice`. */
  name: string;
  now: string;
  /** As a service of systemd's has it; empty: not set. */
  usual: string;
}

/** A user whose pm2 daemon may have to be started. */
export interface UserFacts {
  user: string;
  home: string;
  /** Whether that user may make or write ~/.pm2; undefined where that could not be tried. */
  mayHavePm2?: boolean;
}
