import type { Bind } from '../app/address.js';
import type { App, AppOnHost } from '../app/app.js';
import type { Facts, UnitFacts } from '../facts/facts.js';
import { unitTouches } from './evidence.js';
import type { OwnUnit } from './keeper.js';
import { appView } from './process-groups.js';
import { isWithin } from './touches.js';

/**
 * The unit that belay.yml names to go on keeping the app, as the host shows it; null where it names none, or the host has none
 * of that name.
 * @param bind where the app is expected; null: wherever it listens
 */
export function ownUnitOf(facts: Facts, bind: Bind | null, app: AppOnHost): OwnUnit | null {
  const unit = facts.units.find((one) => one.unit === app.unit);
  if (unit === undefined) return null;
  const socket = facts.units.find(
    (one) => unit.triggeredBy?.includes(one.unit) === true && one.active === 'active' && listensAt(one, bind),
  );
  const inFolder = appView(facts, bind, app.path).folders.some((folder) =>
    isWithin(unit.workingDirectory, folder),
  );
  return {
    unit: unit.unit,
    ...(socket !== undefined && { socket: socket.unit }),
    ...(!inFolder && { elsewhere: true }),
  };
}

/** Whether a socket unit holds the app's address. */
export function listensAt({ listens = [] }: UnitFacts, bind: Bind | null): boolean {
  if (bind === null) return listens.length > 0;
  return listens.some((each) =>
    bind.kind === 'port' ? portOf(each) === bind.port : each.replace(/^\/var\/run\//, '/run/') === bind.path,
  );
}

/** Why a unit cannot go on keeping the app as it is; undefined where it can. */
export function whyNotKept(
  unit: UnitFacts,
  facts: Facts,
  app: Pick<App, 'path'> & { user?: string | undefined },
): string | undefined {
  const view = appView(facts, null, app.path);
  const root = unit.settings?.find((name) => /^Root(?:Directory|Image)$/.test(name));
  const inside = [unit.fragmentPath, ...(unit.dropIns ?? [])].find((file) =>
    view.folders.some((folder) => isWithin(file, folder)),
  );
  const user = unit.user === '' ? 'root' : unit.user;
  if (!unitTouches(unit, view))
    return `it neither works in ${app.path} nor names it in its command, so that a release placed there need not be what it starts`;
  if (root !== undefined)
    return `it gives the app a root of its own (${root}=), where ${app.path} may be another folder`;
  if (unit.fragmentPath.startsWith('/run/systemd/generator'))
    return 'systemd makes it of a script in /etc/init.d, and does not start again what ends';
  if (inside !== undefined)
    return `its file ${inside} lies in the app’s folder, which every release replaces`;
  if (app.user !== undefined && app.user !== user)
    return `it runs the app as ${user}, and belay.yml says \`user: ${app.user}\``;
  return undefined;
}

/** `127.0.0.1:9999`, `[::]:9999` or `9999`, as systemd shows what a socket unit listens on. */
function portOf(listens: string): number {
  return Number(/(?:^|:)(\d+)$/.exec(listens)?.[1]);
}
