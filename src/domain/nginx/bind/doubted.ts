import type { Facts } from '../../facts/facts.js';

/** A user's process that says it is nginx, and listens where visitors come. */
export interface DoubtedNginx {
  pid: number;
  user: string;
  port: number;
}

/** The one that listens on 80 or 443, else the first that listens anywhere. */
export function doubtedNginx({ doubts = [], listeners }: Facts): DoubtedNginx | undefined {
  const found = doubts.flatMap(({ what, pid, user }) =>
    what !== 'nginx'
      ? []
      : listeners.flatMap(({ protocol, port, pids }) =>
          protocol === 'tcp' && pids.includes(pid) ? [{ pid, user, port }] : [],
        ),
  );
  return found.find(({ port }) => port === 80 || port === 443) ?? found[0];
}
