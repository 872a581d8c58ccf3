import type { Bind } from '../app/address.js';
import type { AppOnHost } from '../app/app.js';
import type { Facts, UnitFacts } from '../facts/facts.js';
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

/** `127.0.0.1:9999`, `[::]:9999` or `9999`, as systemd shows what a socket unit listens on. */
function portOf(listens: string): number {
  return Number(/(?:^|:)(\d+)$/.exec(listens)?.[1]);
}
