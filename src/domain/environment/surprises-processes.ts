import { pm2CrashLoop, runsAsRoot } from '../findings/common.js';
import { findConflicts } from '../keepers/conflicts.js';
import {
  appPathOf,
  byPath,
  factsAbout,
  idleProcesses,
  type Environment,
  type Service,
} from './environment.js';
import { foundKind, stopKind } from '../keepers/kinds/of-group.js';
import { entryBehind } from '../keepers/own-entry.js';
import { pm2StartsAtBoot } from '../keepers/pm2-home.js';
import { nameOf, unitOf } from '../keepers/evidence.js';
import type { Bind } from '../app/address.js';
import { listenerText } from '../keepers/process-groups.js';
import type { Finder } from '../findings/finder.js';

/** What would surprise somebody about what runs, and about what keeps it running. */
export function processSurprises(environment: Environment, find: Finder): void {
  copies(environment, find);
  crashLoops(environment, find);
  reboots(environment, find);
  pm2(environment, find);
  exposed(environment, find);
}

/** For each app: what else serves it, or would come to. */
function copies(environment: Environment, find: Finder): void {
  for (const [path, services] of byPath(environment)) {
    const main = services.find(({ routes }) => routes.length > 0) ?? services[0];
    const [listener] = main?.listeners ?? [];
    if (main?.process == null || listener === undefined) continue;
    const bind: Bind =
      listener.path === undefined
        ? { kind: 'port', port: listener.port, from: '' }
        : { kind: 'socket', path: listener.path, from: '' };
    const facts = factsAbout(environment.survey, path, main.process.cwd);
    const app = {
      name: deployedAs(main),
      environment: 'production',
      manager: 'systemd',
      path,
      run: main.process.command.join(' '),
    } as const;
    for (const stop of findConflicts(facts, bind, app, environment.host).stops) {
      if (stop.role !== 'conflict') continue;
      const cron = entryBehind(environment.survey.pm2, stop.keeper)?.cronRestart;
      const scheduled = cron === undefined ? '' : `; pm2 starts it anew on a schedule (${cron})`;
      find.report(
        'keeper.second-copy',
        stop.active && stopKind(stop.keeper).runs
          ? `A second copy of ${path}, beside the one on ${listenerText(listener)}: ${stop.label}.`
          : `Something would start a second copy of ${path}, beside the one on ${listenerText(listener)}: ${stop.label}.`,
        `${stop.why}${scheduled}`,
        'Decide which one shall serve, and switch the other off for good.',
      );
    }
  }
}

/** The name of an app that belay deployed, which its unit has; else none. */
function deployedAs({ kept }: Service): string {
  return (kept && foundKind(kept).appOf?.(kept)) ?? '';
}

function crashLoops({ survey }: Environment, find: Finder): void {
  for (const { unit, state, restarts = 0, active } of survey.units) {
    if (state === 'auto-restart' || (restarts >= 5 && active !== 'active'))
      find.report(
        'unit.crash-loop',
        `${unit} ends again and again; systemd has started it ${restarts} times.`,
        `${active} (${state ?? ''})`,
        `\`journalctl -u ${unit} -n 50\` says why.`,
      );
    else if (active === 'failed')
      find.report(
        'unit.failed',
        `${unit} has failed.`,
        `${active} (${state ?? ''})`,
        `\`systemctl status ${unit}\` says why.`,
      );
    else if (restarts >= 5)
      find.report(
        'unit.restarts',
        `systemd has started ${unit} again ${restarts} times since it was first started.`,
        `${active} (${state ?? ''})`,
        `\`journalctl -u ${unit}\` says why it ended.`,
      );
  }
  for (const daemon of survey.pm2) {
    for (const entry of daemon.entries) {
      const { status, restarts, startedAt, cronRestart } = entry;
      const young = startedAt !== undefined && survey.system.now - startedAt < 60;
      if (!/errored|waiting restart/.test(status) && !(restarts >= 5 && young && cronRestart === undefined))
        continue;
      pm2CrashLoop(daemon, entry, `: ${entry.restarts} restarts`, find);
    }
  }
}

/** What serves now, and would be gone after a reboot. */
function reboots(environment: Environment, find: Finder): void {
  for (const service of environment.services) {
    const { process, kept, boot, path, listeners, keeper } = service;
    const { isByHand = false, isToldOfDaemon = false } = kept === null ? {} : foundKind(kept);
    if (process === null || isToldOfDaemon || boot !== 'no' || (path === null && service.routes.length === 0))
      continue;
    const by = isByHand
      ? 'It was started by hand: nothing starts it again when it ends, and it does not survive a reboot.'
      : `It does not survive a reboot: ${keeper} does not start at boot.`;
    find.report(
      isByHand ? 'process.by-hand' : 'keeper.not-at-boot',
      `${nameOf(process.command)} on ${listeners.map(listenerText).join(', ')}${path === null ? '' : `, of ${path}`}: ${by}`,
      `pid ${process.pid} of ${process.user}: ${process.command.join(' ').slice(0, 300)}`,
      'Give it a systemd unit that is enabled; `belay deploy` does.',
    );
  }
  for (const process of idleProcesses(environment)) {
    if (unitOf(process.cgroup) !== undefined || isOfPm2(process.pid, environment)) continue;
    find.report(
      'process.by-hand',
      `${nameOf(process.command)} works in ${appPathOf(process.cwd) ?? process.cwd} without listening; it was started by hand, and does not survive a reboot.`,
      `pid ${process.pid} of ${process.user}: ${process.command.join(' ').slice(0, 300)}`,
      'Give it a systemd unit, or end it.',
      'info',
    );
  }
}

function isOfPm2(pid: number, { survey }: Environment): boolean {
  const daemons = new Set(survey.pm2.map(({ daemonPid }) => daemonPid));
  for (let at: number | undefined = pid, steps = 0; at !== undefined && steps < 50; steps += 1) {
    if (daemons.has(at)) return true;
    const now: number = at;
    at = survey.processes.find((process) => process.pid === now)?.parent;
  }
  return false;
}

function pm2({ survey }: Environment, find: Finder): void {
  for (const daemon of survey.pm2) {
    const { user, home, entries, dumpMatches } = daemon;
    if (entries.length === 0) continue;
    if (!pm2StartsAtBoot(survey, daemon.user))
      find.report(
        'pm2.not-at-boot',
        `pm2 of ${user} keeps ${entries.length === 1 ? '1 entry' : `${entries.length} entries`}, and nothing starts it at boot.`,
        `daemon ${daemon.daemonPid}, ${home}`,
        '`pm2 startup` arranges that, where it is wanted.',
      );
    else if (!dumpMatches)
      find.report(
        'pm2.not-saved',
        `What pm2 of ${user} runs is not what it saved: after a reboot something else runs.`,
        `${home}/dump.pm2`,
        '`pm2 save`, when all entries are as they should be.',
      );
    for (const entry of entries) {
      if (entry.cronRestart === undefined) continue;
      find.report(
        'pm2.cron-restart',
        `pm2 starts entry ${entry.name} of ${user} anew on a schedule, also after somebody ended it by hand.`,
        `cron_restart: ${entry.cronRestart}`,
        'Only `pm2 stop` or `pm2 delete` ends it for good.',
      );
    }
  }
}

/** An app that nginx stands before, and that can be reached past it. */
function exposed({ services }: Environment, find: Finder): void {
  for (const { listeners, path, process } of services) {
    const open = listeners.filter(({ address }) => ['0.0.0.0', '*', '::'].includes(address));
    if (path === null || process === null) continue;
    if (open.length > 0)
      find.report(
        'port.all-interfaces',
        `${nameOf(process.command)} of ${path} listens on every interface: unless a firewall is in the way, it can be reached past nginx.`,
        open.map(listenerText).join(', '),
        'Let it listen on 127.0.0.1.',
      );
    if (process.user === 'root')
      runsAsRoot(`${nameOf(process.command)} of ${path} runs`, `pid ${process.pid}`, find, 'info');
  }
}
