import type { Pm2Facts, Pm2Entry } from '../facts/keepers.js';
import type { Finder } from './finder.js';
import { pm2Label } from '../facts/pm2-label.js';
import { formatBytes } from '../text/bytes.js';

// What the checks of a deployment find and a look at the whole server tells: their words stand here once.

/** @param whose what runs as root, as the subject of a sentence: `The app will run` */
export function runsAsRoot(whose: string, evidence: string, find: Finder, severity?: 'info'): void {
  find.report(
    'user.root',
    `${whose} as root: whoever finds a hole in it has the whole host.`,
    evidence,
    'Give it a user of its own; belay.yml has `user` for that, such as www-data.',
    severity,
  );
}

/** @param where the host, or a mount point of it */
export function diskLow(availableBytes: number, where: string, evidence: string, find: Finder): void {
  find.report(
    'disk.low',
    `Only ${formatBytes(availableBytes)} are free on ${where}.`,
    evidence,
    'Make room soon (old logs, package caches, releases): a full disk fails the next deployment, and the app.',
  );
}

/** @param besides what it matters for, behind the sentence; may be empty */
export function memoryLow(availableBytes: number, besides: string, find: Finder, remedy = ''): void {
  find.report(
    'memory.low',
    `Only ${formatBytes(availableBytes)} of memory are available${besides}.`,
    'MemAvailable of /proc/meminfo',
    `See what takes it: \`ps aux --sort -rss | head\`${remedy}.`,
  );
}

/** @param how often, or since when, behind the sentence */
export function pm2CrashLoop(daemon: Pm2Facts, entry: Pm2Entry, how: string, find: Finder): void {
  find.report(
    'pm2.crash-loop',
    `${pm2Label(daemon, entry)} ends again and again${how}.`,
    `status ${entry.status}`,
    `\`pm2 logs ${entry.name} --err\` says why.`,
  );
}

/** @param id the check of the app's own site has one of its own */
export function certificateEnds(
  id: 'nginx.certificate' | 'certificate.expired' | 'certificate.expires',
  { file, days, until }: { file: string; days: number; until: string },
  find: Finder,
): void {
  find.report(
    id,
    days < 0
      ? `The certificate ${file} has expired: browsers refuse the site.`
      : `The certificate ${file} expires in ${days} days.`,
    `valid until ${until}`,
    'Renew it, and see what should have done so by itself (certbot’s timer, a cron line).',
  );
}
