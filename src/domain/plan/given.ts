import type { App } from '../app/app.js';
import type { Bind } from '../app/address.js';
import type { Facts, ProcessFacts } from '../facts/facts.js';
import type { Finder } from '../findings/finder.js';
import type { Stop } from '../keepers/keeper.js';
import { releaseKeeper } from '../keepers/kinds/of-app.js';
import { stopKind } from '../keepers/kinds/of-group.js';
import { isBind } from '../keepers/process-groups.js';
import { keyOf, textOf } from './given-text.js';
import type { Measured } from './measured.js';

interface Given {
  app: App;
  facts: Facts;
  bind: Bind | null;
  stops: readonly Stop[];
  measured?: Measured;
}

/**
 * What the keeper of the version that serves gives it, and belay's own keeper would not: variables, by name, and settings of
 * its unit, of supervisor or of pm2. Where a rehearsal has shown that, it is not reckoned. Of a release of belay's nothing is
 * said, for it was started as belay.yml says.
 */
export function givenFindings({ app, facts, bind, stops, measured }: Given, find: Finder): void {
  const serving = facts.processes.filter(
    ({ pid, release }) =>
      release === undefined &&
      facts.listeners.some((listener) => isBind(listener, bind) && listener.pids.includes(pid)),
  );
  const variables =
    measured?.variables ??
    [...new Set(serving.flatMap(({ variables: names }) => names ?? []))].filter((name) => !(name in app.env));
  const stays = stops.some((stop) => stop.role === 'app' && stop.stays !== undefined);
  // What stands in that file stays on the host, its names too.
  if (variables.length > 0 && (app.envFile === undefined || measured !== undefined) && !stays) {
    find.report(
      'app.variables-lost',
      `The process that serves now was given variables that the new release will not have: ${variables.join(', ')}.`,
      variables.join('\n'),
      'Put them into a file on the host, and name that as `env_file` in belay.yml; what is no secret can stand under `env`.',
    );
  }
  const unread = serving.filter(({ overwritten }) => overwritten === true);
  if (unread.length > 0 && !stays && app.envFile === undefined) {
    find.report(
      'app.variables-unread',
      'What variables the process that serves now was given cannot be read: it wrote its title over them.',
      unread.map(({ pid, command }) => `pid ${pid}: ${command.join(' ').slice(0, 200)}`).join('\n'),
      'Start it with SPT_NOENV=1 among its variables, which keeps them readable, and plan again; or see that all that it was given stands under `env` or in `env_file`.',
    );
  }
  const { needsSystemd } = releaseKeeper(app);
  const settings = stops
    .filter(({ role, active, stays: itself }) => role === 'app' && active && itself === undefined)
    .flatMap(({ keeper }) =>
      stopKind(keeper).gives(keeper, facts, { isMeasured: measured !== undefined, byUnit: needsSystemd }),
    );
  if (!stays && needsSystemd)
    settings.push(...(measured?.given.map(textOf) ?? ofProcesses(serving, app, settings.join(' '))));
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
