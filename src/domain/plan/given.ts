import type { App } from '../app/app.js';
import type { Bind } from '../app/address.js';
import type { Facts, GivenFacts, ProcessFacts } from '../facts/facts.js';
import type { Finder } from '../findings/finder.js';
import type { Stop } from '../keepers/keeper.js';
import { releaseKeeper } from '../keepers/kinds/of-app.js';
import { isBind } from '../keepers/process-groups.js';

interface Given {
  app: App;
  facts: Facts;
  bind: Bind | null;
  stops: readonly Stop[];
}

/**
 * What the keeper of the version that serves gives it, and belay's own keeper would not: variables, by name, and settings of
 * its unit or of pm2. Of a release of belay's nothing is said, for it was started as belay.yml says.
 */
export function givenFindings({ app, facts, bind, stops }: Given, find: Finder): void {
  const serving = facts.processes.filter(
    ({ pid, release }) =>
      release === undefined &&
      facts.listeners.some((listener) => isBind(listener, bind) && listener.pids.includes(pid)),
  );
  const variables = [...new Set(serving.flatMap(({ variables: names }) => names ?? []))].filter(
    (name) => !(name in app.env),
  );
  const stays = stops.some((stop) => stop.role === 'app' && stop.stays !== undefined);
  // What stands in that file stays on the host, its names too.
  if (variables.length > 0 && app.envFile === undefined && !stays) {
    find.report(
      'app.variables-lost',
      `The process that serves now was given variables that the new release will not have: ${variables.join(', ')}.`,
      variables.join('\n'),
      'Put them into a file on the host, and name that as `env_file` in belay.yml; what is no secret can stand under `env`.',
    );
  }
  const settings = stops
    .filter(({ role, active, stays: itself }) => role === 'app' && active && itself === undefined)
    .flatMap((stop) => settingsOf(stop, facts));
  if (!stays && releaseKeeper(app).needsSystemd)
    settings.push(...ofProcesses(serving, app, settings.join(' ')));
  if (serving.length > 0 && settings.length > 0) {
    find.report(
      'app.settings-lost',
      `What keeps the app now gives it more than belay’s own keeper would: ${settings.join('; ')}.`,
      settings.join('\n'),
      'Add what the app needs to a drop-in of belay’s unit (`systemctl edit belay-APP.service`), which stays there.',
    );
  }
}

/**
 * What the processes themselves have otherwise than a service of that user has it, whoever gave it to them.
 * @param said what was told of their keeper
 */
function ofProcesses(serving: readonly ProcessFacts[], app: App, said: string): string[] {
  const all = serving.flatMap(({ given = [] }) => given).map((one) => [textOf(one), one] as const);
  return [...new Map(all)].flatMap(([text, { what, name }]) => {
    if (what === 'locale' && (name in app.env || app.envFile !== undefined)) return [];
    const key = keyOf(what, name);
    return key !== '' && new RegExp(`\\b(?:${key})\\b`).test(said) ? [] : [text];
  });
}

/** What a unit's file calls it. */
function keyOf(what: GivenFacts['what'], name: string): string {
  switch (what) {
    case 'limit':
      return `Limit${name}`;
    case 'umask':
      return 'UMask';
    case 'group':
      return 'SupplementaryGroups';
    case 'locale':
      return '';
    case 'capability':
      return 'AmbientCapabilities';
    default:
      // A namespace of its own comes from any of many settings.
      return name === 'mount-namespace'
        ? '(?:Protect|Private|ReadOnly|ReadWrite|Inaccessible|Temporary|Bind)\\w+'
        : name;
  }
}

function textOf({ what, name, now, usual }: GivenFacts): string {
  switch (what) {
    case 'group':
      return `group ${name}, which is none of its user’s`;
    case 'capability':
      return `capability ${name}, which a service of its user has not`;
    case 'hardening':
      return `hardening ${name}, then none`;
    case 'umask':
      return `${name} ${now}, then ${usual}`;
    default:
      return `${what} ${name} ${now}, then ${usual === '' ? 'not set' : usual}`;
  }
}

/** What belay's own unit says itself, or what is no part of how the app runs. */
const saidAnyway = new Set(
  (
    'ExecStart Type Restart RestartSec User Group WorkingDirectory Environment EnvironmentFile WantedBy RequiredBy After Before ' +
    'Wants Requires Description Documentation PIDFile GuessMainPID KillMode KillSignal StandardOutput StandardError ' +
    'SyslogIdentifier Alias Also RemainAfterExit NotifyAccess StartLimitIntervalSec StartLimitBurst SuccessExitStatus Sockets'
  ).split(' '),
);

function settingsOf({ keeper }: Stop, { units, pm2 }: Facts): string[] {
  if (keeper.kind === 'unit') {
    const unit = units.find((one) => one.unit === keeper.unit);
    const names = (unit?.settings ?? []).filter((name) => !saidAnyway.has(name));
    return names.length === 0 || !keeper.unit.endsWith('.service')
      ? []
      : [`${keeper.unit}: ${names.join(', ')}`];
  }
  if (keeper.kind !== 'pm2') return [];
  const entries = pm2.find(({ home }) => home === keeper.home)?.entries ?? [];
  const instances = entries.filter(({ name, mode }) => name === keeper.name && mode === 'cluster').length;
  return instances > 1 ? [`pm2 entry ${keeper.name}: ${instances} instances of its cluster`] : [];
}
