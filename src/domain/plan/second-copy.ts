import type { App } from '../app/app.js';
import type { Bind } from '../app/address.js';
import type { Facts } from '../facts/facts.js';
import { appView, servingGroups } from '../keepers/process-groups.js';

/** Below this a server is short of memory whatever it runs. */
export const leastBytes = 100e6;

/** How much memory a second copy of the app may take beside the one that serves: as much as that has, workers and all. */
export function secondCopyBytes({ path, unit }: App, facts: Facts, bind: Bind | null): number {
  const serving = servingGroups(appView(facts, bind, path)).filter(({ onBind }) => onBind);
  const pages = serving
    .flatMap(({ members }) => members)
    .reduce((sum, { residentPages = 0 }) => sum + residentPages, 0);
  // What a unit has counts what is cached for it as well, so it is second best.
  const { memoryBytes = 0 } = facts.units.find((one) => one.unit === unit) ?? {};
  return Math.max(leastBytes, pages === 0 ? memoryBytes : pages * (facts.system.pageBytes ?? 4096));
}
