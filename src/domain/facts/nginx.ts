export interface NginxFacts {
  version: string;
  running: boolean;
  /** Whether files of the configuration are newer than the running master's last load. */
  changedSinceLoad: boolean;
  /** These files, and folders in which something was made or taken away. */
  newer?: string[];
  servers: NginxServer[];
  /** Where nginx was not asked, because others than root could change what it reads or runs: what, one a line. */
  strange?: string;
  /** By name in lower case; those that a variable may name. */
  upstreams?: Record<string, NginxBackend[]>;
  /** Variables that a request's way depends on. */
  maps?: NginxMap[];
  /** What the stream block hands on, beside HTTP. */
  streams?: NginxStream[];
  /** By file: the format of an access log, see domain/nginx/gates/log-format.ts. */
  logFormats?: Record<string, string>;
  /** What nginx says of its configuration that it takes all the same: a server of a name that another has. */
  warnings?: string[];
  /** Where the addresses on this machine that requests are handed on to are written. */
  leads?: NginxLead[];
  /** `worker_shutdown_timeout`: after so many seconds a reload cuts what is still under way. */
  shutdownSeconds?: number;
  /** Files of the configuration that cannot be written, or that lie where nothing can be made. */
  unwritable?: string[];
  /** So many masters run; absent where it is one. */
  masters?: number;
  /** Why more may be configured than is known here. */
  incomplete?: string;
  /** Why `nginx -T` failed, in nginx's words. */
  error?: string;
}

export interface NginxServer {
  names: string[];
  listens: { address: string; port: number; tls: boolean; default: boolean; proxyProtocol?: true }[];
  locations: NginxLocation[];
  root?: string;
  /** What holds for its files where no location says otherwise. */
  files?: NginxFiles;
  /** Of the rewrite module, before a location is looked for. */
  rules?: NginxRule[];
  certificate?: string;
  /** Files in which requests are logged, absolute; inherited ones too. */
  accessLogs?: string[];
  /** `file:line` of `server {`. */
  where: string;
}

/** What holds for files that nginx serves itself; absent where there is nothing to say. */
export interface NginxFiles {
  /** The root is an alias: what follows the location's pattern is looked for in it. */
  alias?: true;
  /** open_file_cache: files that were opened stay so, whatever their path leads to by then. */
  caches?: true;
  /** disable_symlinks, as it stands there: what lies behind a link is refused. */
  refusesLinks?: string;
  /** A directive by which what is served is another than the file. */
  alters?: string;
}

export interface NginxLocation {
  modifier: '' | '=' | '~' | '~*' | '^~' | '@';
  pattern: string;
  /**
   * Every address to which what comes here may be handed on: by proxy_pass and its like, by `try_files … @name`, `error_page`
   * or `rewrite`, upstreams resolved.
   */
  backends: NginxBackend[];
  /** How: absent where that is all there is to say. */
  handles?: NginxHandling;
  /** Written nowhere: what no location takes, the server itself handles. */
  implied?: true;
  /** The folder that files are served from, inherited or an alias; undefined where none are (it proxies or returns). */
  root?: string;
  /** Where the server's do not hold: the files in which its requests are logged. */
  accessLogs?: string[];
  /** Index, in the server's list, of the location that this one stands in. */
  inside?: number;
  /** `file:line` of the directive that names the backend, else of `location`. */
  where: string;
}

/** What comes to a location, goes through this in nginx's order: rules, access, try_files, what answers. */
export interface NginxHandling {
  rules?: NginxRule[];
  /** `internal`: only redirects within nginx come here. */
  internal?: true;
  /** `all`: nobody is let in; `some`: that depends on who asks. */
  closed?: 'all' | 'some';
  tryFiles?: string[];
  pass?: NginxPass;
  /** Files are served from here, or would be. */
  root?: string;
  files?: NginxFiles;
  index?: string[];
  errorPages?: NginxErrorPage[];
  /** error_page leads on from an error page too. */
  recursive?: true;
  /** An error that the app answers becomes a page with a good status, so that a good answer is no proof. */
  hidesErrors?: true;
  /** nginx answers by itself, as with stub_status. */
  answers?: true;
  /** A directive that decides in a way that the configuration does not tell, as Lua. */
  opaque?: string;
  /** `limit_req` or `limit_conn`: who asks often is turned away, by 503 as a rule. */
  metered?: true;
  /** limit_except: what holds for a GET. */
  limited?: NginxHandling;
}

/** proxy_pass, fastcgi_pass, uwsgi_pass, scgi_pass, grpc_pass, memcached_pass. */
export interface NginxPass {
  by: string;
  text: string;
  /** Absent where that depends on a variable. */
  backends?: NginxBackend[];
  where: string;
}

export interface NginxErrorPage {
  codes: number[];
  to: string;
  /** The status stays what it was. */
  keeps?: true;
  /** The status that it becomes; absent where that is whatever the page has. */
  becomes?: number;
}

/** A directive of the rewrite module. */
export type NginxRule =
  | { do: 'set'; name: string; value: string }
  | { do: 'rewrite'; from: string; to: string; flag?: string }
  | { do: 'return'; status: number; to?: string }
  | { do: 'break' }
  /** `handles`: for a request that it holds for, in a location. */
  | { do: 'if'; test: string[]; rules: NginxRule[]; handles?: NginxHandling };

/** `map`; also `geo` and `split_clients`, whose source is never known. */
export interface NginxMap {
  /** Without `$`. */
  name: string;
  source: string;
  /** Key and value, as they stand in the block. */
  entries: [string, string][];
  otherwise: string;
  hostnames?: true;
  /** There are too many entries to be listed here. */
  cut?: true;
}

/** An address on this machine, with every place that has it, as `file:line`. */
export interface NginxLead {
  address: { kind: 'port'; port: number } | { kind: 'socket'; path: string };
  /** A `…_pass`, or a `server` of an upstream: these lead there. */
  at: string[];
  /** It is named otherwise: a variable, another directive, a program in nginx. What that leads to cannot be told. */
  otherwise: string[];
}

export interface NginxStream {
  listens: { address: string; port: number }[];
  backends: NginxBackend[];
  where: string;
}

export type NginxBackend =
  | {
      kind: 'tcp';
      address: string;
      port: number;
      /** Only where the others fail. */
      backup?: true;
    }
  | { kind: 'unix'; path: string; backup?: true }
  | { kind: 'unresolvable'; text: string };

export interface SocketFolder {
  path: string;
  /** undefined: there is no such folder. */
  owner?: string;
  /** Who of those whom the app may run as may make a socket in it. */
  writers: string[];
  /** Whether systemd-tmpfiles makes it at boot. */
  tmpfiles: boolean;
}

/** A certificate that nginx's configuration names. */
export interface CertificateFacts {
  file: string;
  /** Seconds since the epoch; null where it could not be read, and `error` says why. */
  expires: number | null;
  names: string[];
  error?: string;
}
