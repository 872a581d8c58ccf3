import type { App } from '../app/app.js';
import { decideServing } from '../nginx/served/front.js';
import { findConflicts } from '../keepers/conflicts.js';
import { keptApp } from '../plan/kept-app.js';
import type { Facts } from '../facts/facts.js';
import { blocking } from '../findings/finding.js';
import type { Trouble } from './health.js';
import { bindText } from '../plan/markdown.js';
import { formatBytes } from '../text/bytes.js';
import type { Bind } from '../app/address.js';
import { endingCertificates } from '../nginx/site/certificates.js';
import { silentSeconds } from '../facts/fence.js';

/** What the health watch holds the host against: as it was when it first looked after the last deployment. */
export interface Known {
  /** The fence's number: another one means that somebody deployed since. */
  number: number;
  active: string | null;
  bind: Bind | null;
  files: NonNullable<Facts['app']['activeFiles']>;
  /** How often systemd had started the app again by itself. */
  restarts: number;
  /** The app as that deployment had it, where it is later than the one that the watch was given. */
  app?: App;
}

const fewBytes = 500 * 1000 * 1000;
const fewInodes = 5000;
const mostEach = 20;

/** What the facts amount to as far as nobody has been here before. */
export function knownFrom(facts: Facts, app: App, host: string, restarts: number): Known {
  return {
    number: facts.app.fence?.number ?? 0,
    active: facts.app.active ?? null,
    bind: decideServing(facts, app, host).bind,
    files: facts.app.activeFiles ?? {},
    restarts,
  };
}

/** The deployment that changes the host at this moment; undefined where none does, or one that came to no end. */
export function actingDeployment({ app, system }: Facts): string | undefined {
  const { fence } = app;
  if (fence?.state !== 'held') return undefined;
  return fence.running || system.now - fence.renewed < silentSeconds ? fence.deployment : undefined;
}

/** What of the host is not as the last deployment left it, by its facts alone. */
export function driftOf(facts: Facts, known: Known, app: App, host: string): Trouble[] {
  const { app: kept, bind, findings } = keptApp(facts, app, host);
  return [
    ...unfinished(facts),
    ...blocking(findings).map(({ id, message }) => drift(`nginx ${id}`, message)),
    ...moved(bind, known.bind),
    ...(known.active === null
      ? []
      : [...ofRelease(facts, known, app), ...conflicting(facts, bind, kept, host)]),
    ...certificates(facts, bind),
    ...room(facts),
  ];
}

function unfinished({ app: { fence } }: Facts): Trouble[] {
  if (fence?.state !== 'held') return [];
  const text = `the deployment ${fence.deployment} of ${fence.by} began to change the host and never came to its end: belay recover`;
  return [{ key: 'unfinished', kind: 'deployment', text }];
}

function moved(bind: Bind | null, before: Bind | null): Trouble[] {
  if (bind === null || before === null || bindText({ bind }) === bindText({ bind: before })) return [];
  const text = `the app is expected on ${bindText({ bind })} now (${bind.from}); at the last deployment it was ${bindText({ bind: before })} (${before.from})`;
  return [drift('bind', text)];
}

function ofRelease({ app: { active, activeFiles = {} } }: Facts, known: Known, app: App): Trouble[] {
  if (active !== known.active) {
    return [
      drift('active', `${app.path} leads to ${active ?? 'no release'} now, not to ${known.active ?? '?'}`),
    ];
  }
  const names = {
    start: 'the start script',
    environment: 'the file of variables',
    unit: 'the unit file',
    entry: 'the pm2 entry',
    keeper: 'what keeps it, as belay noted it,',
  } as const;
  return (Object.keys(names) as (keyof typeof names)[])
    .filter((name) => activeFiles[name] !== known.files[name])
    .map((name) => drift(`made ${name}`, `${names[name]} of ${active} was changed on the host by hand`));
}

/** New cron lines, pm2 entries, units and processes that touch the app's port or path. */
function conflicting(facts: Facts, bind: Bind | null, app: App, host: string): Trouble[] {
  const { stops, findings } = findConflicts(facts, bind, app, host);
  const inForce = stops.filter(
    // An entry that a deployment stopped stays in pm2's list.
    ({ role, active, enabled }) => role === 'conflict' && (active || enabled === true),
  );
  return [
    ...inForce.slice(0, mostEach).map(({ label, why }) => {
      const lasting = label.replace(/ \(pid \d+\)/, '');
      return drift(`keeper ${lasting}`, `${label} was not there after the last deployment: it ${why}`);
    }),
    ...blocking(findings).map(({ id, message }) => drift(`conflict ${id}`, message)),
  ];
}

/** The files on the host: one that was renewed may not be what nginx has loaded, and a visitor's own look tells of that. */
function certificates(facts: Facts, bind: Bind | null): Trouble[] {
  return endingCertificates(facts, bind).map(({ file, until, days }) => {
    const when = days < 0 ? `has expired on ${until}` : `ends on ${until}, in ${days} days`;
    const text = `the certificate ${file}, which nginx gives to visitors, ${when}`;
    return { key: `certificate ${file}`, kind: 'certificate', text };
  });
}

function room({ disk }: Facts): Trouble[] {
  if (disk === null || (disk.availableBytes >= fewBytes && disk.availableInodes >= fewInodes)) return [];
  const text = `only ${formatBytes(disk.availableBytes)} and ${disk.availableInodes} inodes are free on ${disk.filesystem}`;
  return [{ key: 'disk', kind: 'disk', text }];
}

function drift(key: string, text: string): Trouble {
  return { key, kind: 'drift', text };
}
