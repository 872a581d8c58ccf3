import type { App } from '../app/app.js';
import { hasProcess } from '../app/kind.js';
import type { Bind } from '../app/address.js';
import type { Facts, NginxFacts, NginxLead } from '../facts/facts.js';
import { newerText } from '../nginx/site/newer-text.js';
import type { Finder } from '../findings/finder.js';
import type { Front } from '../nginx/gates/gates.js';
import { isAdopted, leadBackUnit, spareUnit, unitName } from '../app/release.js';
import type { OwnEntry, OwnProgram, OwnUnit, Stop } from '../keepers/keeper.js';
import { isBind } from '../keepers/process-groups.js';
import { whyNoCopy } from '../keepers/own-unit-rehearsal.js';
import { secondCopyBytes } from './second-copy.js';
import { releaseKeeper } from '../keepers/kinds/of-app.js';

/** How visitors come from the old release to the new one, and why so. */
export interface Strategy {
  takes: 'restart' | 'detour' | 'swap';
  why: string;
}

interface Seen {
  app: App;
  facts: Facts;
  bind: Bind | null;
  front: Front | null;
  stops: readonly Stop[];
  /** Somebody's own unit, where that keeps the app. */
  unit: OwnUnit | null | undefined;
  /** Somebody's own program of supervisord's, or entry of pm2's, likewise. */
  program?: OwnProgram | null;
  entry?: OwnEntry | null;
  /** What names BELAY_REHEARSAL: what it leaves off then must not run twice. */
  heeds: string | undefined;
  /** What is gone back from. */
  previous: { kind: 'release' | 'adopt' | 'none' };
  release: string;
  /** One goes back to a release that the host has. */
  isBack: boolean;
}

/** The strategy that is taken: a detour where everything that it needs is certain, and belay.yml does not say otherwise. */
export function strategyOf(seen: Seen): Strategy {
  const { strategy = 'restart', maintenance } = seen.app;
  if (!hasProcess(seen.app)) return { takes: 'swap', why: 'nothing of the app runs: nginx serves its files' };
  if (maintenance !== undefined)
    return {
      takes: 'restart',
      why: `\`maintenance\` in belay.yml: the old version must not serve meanwhile`,
    };
  if (strategy === 'restart')
    return {
      takes: 'restart',
      why: '`strategy` is `restart` (`auto` leads visitors past the stop where it can)',
    };
  const why = whyNoDetour(seen);
  if (why !== undefined) return { takes: 'restart', why };
  return {
    takes: 'detour',
    why: strategy === 'detour' ? '`strategy: detour` in belay.yml' : detourWhy(seen),
  };
}

/** The page that visitors are shown from before the release hook until proof; undefined where nothing serves, or that cannot be. */
export function maintenanceOf(seen: Seen): string | undefined {
  const { maintenance } = seen.app;
  return serves(seen) && !seen.isBack && whyNotShown(seen) === undefined ? maintenance : undefined;
}

/** What is to be said of the strategy besides the plan's own sentence. */
export function strategyFindings(seen: Seen, { takes, why }: Strategy, find: Finder): void {
  const { app, facts } = seen;
  const whyShown =
    app.maintenance === undefined || seen.isBack || !serves(seen) ? undefined : whyNotShown(seen);
  if (whyShown !== undefined)
    find.report(
      'strategy.maintenance',
      `belay.yml asks that visitors are shown ${app.maintenance ?? ''} meanwhile, which cannot be: ${whyShown}.`,
      whyShown,
      'Change that; or take `maintenance` out of belay.yml: then the release hook runs while the old version serves.',
    );
  if (app.strategy === 'detour' && takes === 'restart')
    find.report(
      'strategy.detour',
      `belay.yml asks for a detour, which cannot be had: ${why}.`,
      why,
      'Change that; or let `strategy: auto` in belay.yml restart the app where there can be no detour.',
    );
  const unfinished = leadBackUnit(app);
  if (facts.units.some(({ unit }) => unit === unfinished)) {
    const spare = spareUnit(app);
    find.report(
      'strategy.unfinished',
      'A detour was not brought to its end: nginx still leads visitors to the spare address, and a boot would lead them back.',
      unfinished,
      `See that the version that is to serve answers at its own address. Then \`systemctl start ${unfinished}\` puts nginx’s files back; ` +
        `\`nginx -t && nginx -s reload\`, \`systemctl stop ${spare}\`, and \`rm /etc/systemd/system/${unfinished} /etc/systemd/system/sysinit.target.wants/${unfinished}\`.`,
    );
  }
  const { shutdownSeconds } = facts.nginx ?? {};
  const { drainSeconds = 0 } = app;
  if (takes === 'detour' && shutdownSeconds !== undefined && shutdownSeconds < drainSeconds)
    find.report(
      'nginx.shutdown-timeout',
      `nginx cuts what is under way ${shutdownSeconds} s after a reload, sooner than \`drain\` (${drainSeconds} s) lets it go on.`,
      `worker_shutdown_timeout ${shutdownSeconds}s`,
      'Raise worker_shutdown_timeout in nginx.conf, or lower `drain` in belay.yml.',
    );
}

function detourWhy({ facts, bind }: Seen): string {
  const at = leadTo(facts.nginx, bind)?.at ?? [];
  return `nginx leads to the app from ${at.join(', ')}, and nothing keeps it from leading to a spare address meanwhile`;
}

function whyNoDetour(seen: Seen): string | undefined {
  const { app, facts, bind, front, stops, unit, program, entry, previous, heeds, release, isBack } = seen;
  const { nginx, system, tools, units } = facts;
  if (entry?.reloads === true) return `pm2 reloads the instances of ${entry.entry} one after another`;
  if (app.detour === false) return 'belay.yml does not let two versions serve at the same time';
  // A rollback rehearses nothing, and `detour` says there what `rehearse` says as well.
  if (!isBack && !app.rehearse) return '`rehearse: false` in belay.yml: the app must not run twice';
  if (heeds !== undefined && app.strategy !== 'detour')
    return `${heeds} names BELAY_REHEARSAL, and what it leaves off then must not run twice`;
  if (isAdopted(release)) return 'what started that version before belay starts it again';
  if (!serves(seen)) return 'nothing serves yet';
  if (previous.kind === 'adopt' && app.shared.length > 0)
    return 'this first deployment moves what is shared to where every release shares it, which takes a stop';
  const { name, label, isMade, standsIn } = releaseKeeper(app);
  const own = unit ?? program ?? entry;
  if (standsIn === true && app.run === '' && own?.byItself !== true)
    return `how a second copy of ${label} is started is not known`;
  // A transient unit has the limits of what serves, and none of its hardening.
  const hardened = standsIn === true ? hardeningOf(facts, bind) : undefined;
  if (hardened !== undefined) return `what serves has ${hardened}, which a second copy would not have`;
  if (unit?.socket !== undefined) return `${unit.socket} holds requests while ${name} restarts`;
  const uncopied = whyNoCopy(app, facts, bind, unit ?? null);
  if (uncopied !== undefined) return uncopied;
  if (!system.root || system.init !== 'systemd' || tools['systemd-run'] === null)
    return 'it takes root and systemd';
  if (system.memoryAvailableBytes > 0 && system.memoryAvailableBytes < secondCopyBytes(app, facts, bind))
    return 'there is too little memory for two versions';
  if (bind?.kind === 'port' && own?.byItself !== true && namesPort(app.run, bind.port))
    return `\`run\` names port ${bind.port} itself: write {bind} or {port}`;
  const [dropIn] = units.find((one) => one.unit === unitName(app))?.dropIns ?? [];
  if (isMade && dropIn !== undefined) return `${dropIn} holds for the app’s own unit alone`;
  if (system.selinux === true) return 'SELinux may keep nginx from a spare address';
  if (front === null) return 'no nginx leads to the app';
  const served = stops.filter(({ role, active }) => role === 'app' && active).flatMap(({ at }) => at ?? []);
  // The way back leads to the old version, where it listens.
  if (bind !== null && served.length > 0 && !served.some((one) => isSamePlace(one, bind)))
    return 'the version that serves does not listen where nginx leads';
  const masked = front.asks?.find(({ standsIn }) => standsIn?.well === true);
  if (masked !== undefined)
    return `nginx answers ${masked.url} well even where the app does not, and only a stop tells that from the app’s own answer`;
  return whyNotLed(nginx, bind);
}

function serves({ previous, stops }: Seen): boolean {
  return previous.kind !== 'none' && stops.some(({ role, active }) => role === 'app' && active);
}

/** Why nginx cannot show a page of maintenance. */
function whyNotShown({ facts: { nginx, system }, bind }: Seen): string | undefined {
  if (!system.root || system.init !== 'systemd') return 'it takes root and systemd';
  if (system.selinux === true) return 'SELinux may keep nginx from a spare address';
  return whyNotLed(nginx, bind);
}

/** Why nginx cannot lead elsewhere for a while. */
function whyNotLed(nginx: NginxFacts | null, bind: Bind | null): string | undefined {
  if (nginx === null || bind === null || !nginx.running) return 'no nginx leads to the app';
  if (bind.kind === 'port' && bind.address !== undefined)
    return `the app listens on ${bind.address}, not on 127.0.0.1`;
  if (nginx.error !== undefined || nginx.strange !== undefined || nginx.incomplete !== undefined)
    return 'nginx’s configuration could not be read whole';
  if (nginx.masters !== undefined) return `${nginx.masters} nginx run on the host`;
  if (nginx.changedSinceLoad)
    return `${newerText(nginx)} newer than what nginx has loaded, and a reload would publish that`;
  const lead = leadTo(nginx, bind);
  if (lead === undefined) return 'nginx’s configuration does not name the app’s address as it is';
  if (lead.otherwise.length > 0)
    return `nginx’s configuration names the app’s address in another way too (${lead.otherwise.join(', ')})`;
  const closed = (nginx.unwritable ?? []).filter((file) =>
    lead.at.some((at) => at.startsWith(`${file}:`) || at.includes(`/${file.split('/').at(-1) ?? ''}:`)),
  );
  return closed.length === 0 ? undefined : `${closed.join(', ')} cannot be written`;
}

function leadTo(nginx: NginxFacts | null, bind: Bind | null): NginxLead | undefined {
  return nginx?.leads?.find(({ address }) =>
    bind?.kind === 'port'
      ? address.kind === 'port' && address.port === bind.port
      : address.kind === 'socket' && address.path === bind?.path,
  );
}

/** Hardening, or a capability, that a process has which serves. */
function hardeningOf({ processes, listeners }: Facts, bind: Bind | null): string | undefined {
  return processes
    .filter(({ pid }) => listeners.some((listener) => isBind(listener, bind) && listener.pids.includes(pid)))
    .flatMap(({ given = [] }) => given)
    .find(({ what }) => what === 'hardening' || what === 'capability')?.name;
}

function isSamePlace(one: Bind, other: Bind): boolean {
  if (one.kind === 'socket') return other.kind === 'socket' && one.path === other.path;
  return other.kind === 'port' && one.port === other.port;
}

function namesPort(run: string, port: number): boolean {
  return !/\{(?:bind|port)\}/.test(run) && new RegExp(`(?<!\\d)${port}(?!\\d)`).test(run);
}
