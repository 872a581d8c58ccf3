export interface NginxFacts {
  version: string;
  running: boolean;
  /** Whether files of the configuration are newer than the running master's last load. */
  changedSinceLoad: boolean;
  servers: NginxServer[];
  /** Where nginx was not asked, because others than root could change what it reads or runs: what, one a line. */
  strange?: string;
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
