import type { Facts } from '../facts/facts.js';
import type { Finder } from '../findings/finder.js';
import { isEnabled } from './evidence.js';
import type { Pm2Home, Stop } from './keeper.js';
import { isAtReboot } from './touches.js';

/**
 * The daemon that shall keep the new release with `manager: pm2`: that of the user the app runs as, the one that keeps it
 * now where that user has several; else one that will be started in that user's home. undefined where there can be none.
 */
export function pm2HomeOf(facts: Facts, user: string, stops: readonly Stop[]): Pm2Home | undefined {
  const home = facts.users?.find((one) => one.user === user)?.home ?? '';
  const usual = `${home}/.pm2`;
  const serving = stops.flatMap(({ keeper }) => (keeper.kind === 'pm2' ? [keeper.home] : []));
  const daemons = facts.pm2.filter((daemon) => daemon.user === user);
  const daemon =
    daemons.find((one) => serving.includes(one.home)) ??
    daemons.find((one) => one.home === usual) ??
    daemons[0];
  if (daemon !== undefined) return { user, home: daemon.home, command: daemon.command, runs: true };
  const command = facts.tools.pm2 ?? facts.pm2[0]?.command;
  if (command === undefined || home === '') return undefined;
  return { user, home: usual, command, runs: false };
}

/** What stands in the way of pm2 as the keeper, or will not be there after a reboot. */
export function pm2Findings(facts: Facts, user: string, home: Pm2Home | undefined, find: Finder): void {
  if ((facts.tools.pm2 ?? null) === null && facts.pm2.length === 0) {
    find.report(
      'pm2.absent',
      '`manager: pm2` needs pm2 on the host, and it is not there.',
      `PATH of ${facts.system.user}`,
      'Install it on the host: `npm install -g pm2`; or write `manager: systemd`.',
    );
    return;
  }
  const known = facts.users?.find((one) => one.user === user);
  if (home === undefined) {
    find.report(
      'pm2.home',
      `pm2’s daemon of ${user} cannot be told: the host names no home of that user.`,
      `getent passwd ${user}`,
      'Give `user` in belay.yml a user that has a home.',
    );
    return;
  }
  if (!home.runs && known?.mayHavePm2 === false) {
    find.report(
      'pm2.home',
      `No pm2 daemon of ${user} runs, and none can be started: ${user} may not write into ${known.home}, where it would live.`,
      `${home.home} of ${user}`,
      `Give the app a user with a home of its own, or make the folder: \`install -d -o ${user} -m 0700 ${home.home}\`.`,
    );
  }
  if (pm2StartsAtBoot(facts, user)) return;
  const folder = known?.home ?? home.home.replace(/\/\.pm2$/, '');
  find.report(
    'pm2.no-startup',
    `Nothing starts pm2’s daemon of ${user} at boot: after a reboot the app would stay down.`,
    'no enabled unit and no @reboot line that runs `pm2 resurrect` for that user',
    `As root on the host: \`${home.command} startup systemd -u ${user} --hp ${folder}\`.`,
  );
}

/** Whether a line of a crontab, or a unit's command, brings a daemon's saved entries back. */
export function isPm2Startup(text: string): boolean {
  return /(?<![\w-])pm2\s+resurrect(?![\w-])/.test(text);
}

/** Whether something brings back what that user's pm2 saved when the host starts, as `pm2 startup` arranges it. */
export function pm2StartsAtBoot(facts: Pick<Facts, 'units' | 'cron'>, user: string): boolean {
  return pm2Starters(facts, user).length > 0;
}

/** What does so, by name: enabled units, lines of crontabs and of rc.local, units of that user's own manager. */
export function pm2Starters(
  { units, cron, userUnits = [] }: Pick<Facts, 'units' | 'cron' | 'userUnits'>,
  user: string,
): string[] {
  const enabled = units.filter(
    (unit) =>
      isEnabled(unit.enabled) &&
      isPm2Startup(unit.execStart) &&
      (unit.user === user || (unit.user === '' && user === 'root')),
  );
  const lines = cron.filter(
    ({ source, text, command, script }) =>
      (script === true ? /\/rc\.local$/.test(source) : isAtReboot(text)) &&
      isPm2Startup(command) &&
      (source === `crontab:${user}` || ` ${text} `.includes(` ${user} `)),
  );
  const own = userUnits.filter(
    (unit) => unit.user === user && unit.enabled && unit.lingers && isPm2Startup(unit.execStart),
  );
  return [
    ...enabled.map(({ unit }) => unit),
    ...lines.map(({ source, line }) => `line ${line} of ${source}`),
    ...own.map(({ unit }) => `${unit} of ${user}’s own service manager`),
  ];
}
