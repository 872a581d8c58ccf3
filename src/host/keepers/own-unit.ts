import type { App } from '../../domain/app/app.js';
import type { OwnUnit } from '../../domain/keepers/keeper.js';
import { environmentFile } from './launch.js';
import type { Manager, ReleaseManager } from './manager.js';
import { unitManager } from './systemd.js';
import { isByRun } from '../../domain/keepers/own-unit-rehearsal.js';

/** Somebody's own unit, of which belay changes no file: it is told to stop and to start, and nothing else. */
export function ownUnitManager(app: App, own: OwnUnit): ReleaseManager {
  const { unit, socket, elsewhere } = own;
  return {
    ...unitManager(unit, false, { socket, elsewhere }),
    keeper: { kind: 'unit', name: unit, label: unit, definition: 'keeper', socket },
    started: (launch) => ({
      // For hooks and `belay exec`: the unit has an environment of its own.
      environment: environmentFile(launch),
    }),
    rehearsal: (name) => ({
      manager: copyOf(own, `${name}.service`, isByRun(app, own)),
      folder: `/run/${name}`,
    }),
    look: `systemctl status ${unit}`,
  };
}

/** The same unit once more, for a rehearsal: its listed settings, on a spare address, by its own command or by `run`. */
function copyOf({ unit, socket = '', elsewhere }: OwnUnit, name: string, byRun: boolean): Manager {
  const by = byRun ? 'run' : 'unit';
  const handed = by === 'unit' && socket !== '' ? socket : undefined;
  return {
    ...unitManager(name, by === 'run', { socket: handed, ...(by === 'unit' && { elsewhere }) }),
    label: `the copy of ${unit}`,
    keeper: { kind: 'copy', name, label: name, unit, socket: handed, by },
  };
}
