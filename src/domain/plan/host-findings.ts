import { entryKeeper } from '../keepers/own-entry.js';
import type { App } from '../app/app.js';
import { certificateEnds, memoryLow, pm2CrashLoop } from '../findings/common.js';
import type { Facts } from '../facts/facts.js';
import type { Finder } from '../findings/finder.js';
import { nameOf } from '../keepers/evidence.js';
import type { Bind } from '../app/address.js';
import { isAmong, type Stop } from '../keepers/keeper.js';
import { listenerText } from '../keepers/process-groups.js';
import { leastBytes, secondCopyBytes } from './second-copy.js';
import { endingCertificates } from '../nginx/site/certificates.js';

const mostSkewSeconds = 30;

/** What about the server itself may cause trouble: who else serves the web, certificates, the clock, memory, restarts without end. */
export function hostFindings(
  { app, facts, bind, stops }: { app: App; facts: Facts; bind: Bind | null; stops: readonly Stop[] },
  find: Finder,
): void {
  otherWebServers(facts, bind, find);
  certificates(facts, bind, find);
  clock(facts, find);
  memory(app, facts, bind, find);
  crashLoops(facts, stops, find);
}

const webServers: Record<string, string> = {
  apache2: 'Apache',
  httpd: 'Apache',
  caddy: 'Caddy',
  haproxy: 'HAProxy',
  lighttpd: 'lighttpd',
  traefik: 'Traefik',
  envoy: 'Envoy',
};

function otherWebServers({ listeners, processes }: Facts, bind: Bind | null, find: Finder): void {
  const seen = new Set<string>();
  for (const listener of listeners) {
    if (listener.port !== 80 && listener.port !== 443) continue;
    if (bind?.kind === 'port' && bind.port === listener.port) continue;
    const process = processes.find(
      ({ pid, command }) => listener.pids.includes(pid) && nameOf(command) in webServers,
    );
    const name = process === undefined ? undefined : webServers[nameOf(process.command)];
    if (process === undefined || name === undefined || seen.has(name)) continue;
    seen.add(name);
    find.report(
      'web.other',
      `${name} takes the visitors’ requests on ${listenerText(listener)}; belay reads nginx’s configuration alone, and cannot tell whether it leads to the app.`,
      `pid ${process.pid} of ${process.user}: ${process.command.join(' ').slice(0, 300)}`,
      'Give `port` in belay.yml, and the pages as visitors see them under `verify.external`; then acknowledge this.',
    );
  }
}

/** Certificates of the servers that lead to the app. */
function certificates(facts: Facts, bind: Bind | null, find: Finder): void {
  for (const ending of endingCertificates(facts, bind)) certificateEnds('nginx.certificate', ending, find);
}

function clock({ system: { skewSeconds = 0 } }: Facts, find: Finder): void {
  if (Math.abs(skewSeconds) <= mostSkewSeconds) return;
  find.report(
    'clock.skew',
    `The host’s clock is ${Math.abs(Math.round(skewSeconds))} s ${skewSeconds > 0 ? 'ahead of' : 'behind'} that of the machine that deploys: certificates, logins and logs may be judged wrongly.`,
    'the host’s `date +%s` against the worker’s clock',
    'On whichever is wrong: `timedatectl set-ntp true`.',
  );
}

function memory(app: App, facts: Facts, bind: Bind | null, find: Finder): void {
  const { memoryAvailableBytes: available } = facts.system;
  const needed = app.rehearse ? secondCopyBytes(app, facts, bind) : leastBytes;
  if (available === 0 || available >= needed) return;
  if (app.rehearse)
    memoryLow(
      available,
      '; the rehearsal is a second copy of the app, beside the one that serves',
      find,
      '; or `rehearse: false` in belay.yml',
    );
  else memoryLow(available, '', find);
}

/** pm2 entries of this app that end again and again. */
function crashLoops({ pm2 }: Facts, stops: readonly Stop[], find: Finder): void {
  for (const daemon of pm2) {
    for (const entry of daemon.entries) {
      if (!isAmong(stops, entryKeeper(daemon, entry)) || !/^(?:errored|waiting restart)$/.test(entry.status))
        continue;
      pm2CrashLoop(daemon, entry, '; it does so before anything is changed', find);
    }
  }
}
