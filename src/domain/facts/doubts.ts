/** What says that it is a daemon belay would ask, or is on root's PATH, and is not asked or used: another user could have made it. */
export interface Doubt {
  what: 'nginx' | 'pm2' | 'supervisord' | 'PATH';
  /** 0 for a folder of PATH. */
  pid: number;
  /** Whose it is. */
  user: string;
  why: string;
}
